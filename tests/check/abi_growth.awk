# SPDX-License-Identifier: MIT
# Reads the report of abidiff --leaf-changes-only and prints it without what is compatible. That is
# a paragraph like this one, whose members all begin at or after the old end:
#
#     'struct seqnet_batch' changed:
#       type size changed from 512 to 576 (in bits)
#       1 data member insertion:
#         'int64_t new', at offset 512 (in bits)
#
# seqnet_allocator has no struct_size and may not grow.
function judge()
{
    if (!grows)
        printf "%s", paragraph
    paragraph = ""
    grows = 1
}

BEGIN { grows = 1; end = -1 }
/summary: / || /^$/ { next }
/^[^ ]/ { judge(); end = -1 }
{ paragraph = paragraph $0 "\n" }
/^'struct seqnet_[a-z_]*' changed:$/ && !/seqnet_allocator/ { next }
/^  type size changed from [0-9]+ to [0-9]+ \(in bits\)$/ { end = $5; next }
/^  [0-9]+ data member insertions?:$/ { next }
/^    '.*', at offset [0-9]+ \(in bits\)$/ && end >= 0 && $(NF - 2) >= end { next }
{ grows = 0 }
END { judge() }
