// SPDX-License-Identifier: MIT
//! Reads this crate's own declarations, as rustfmt lays them out, and says them in C.

/// Name and type, in Rust.
pub type Typed = (String, String);

pub struct Function {
    pub name: String,
    pub arguments: Vec<Typed>,
    pub result: String,
}

pub struct Struct {
    pub name: String,
    pub fields: Vec<Typed>,
}

#[derive(Default)]
pub struct Declarations {
    pub functions: Vec<Function>,
    pub structs: Vec<Struct>,
    pub opaque: Vec<String>,
    /// Name and literal.
    pub constants: Vec<Typed>,
}

/// What an item begins with; fields of structs are read with them.
const ITEMS: [&str; 2] = ["pub ", "opaque!("];

impl Declarations {
    /// Adds those of one source file.
    pub fn read(&mut self, source: &str) {
        let text = on_one_line(source);
        let mut rest = text.as_str();
        while let Some(at) = ITEMS.iter().filter_map(|item| rest.find(item)).min() {
            rest = self.item(&rest[at..]);
        }
    }

    /// Reads the item `text` begins with; what comes after it.
    fn item<'a>(&mut self, text: &'a str) -> &'a str {
        if let Some(list) = text.strip_prefix("opaque!(") {
            let (names, rest) = cut(list, ");");
            self.opaque.extend(split(names).map(String::from));
            rest
        } else if let Some(function) = text.strip_prefix("pub fn ") {
            let (declaration, rest) = cut(function, ";");
            self.functions.push(function_of(declaration));
            rest
        } else if let Some(body) = text.strip_prefix("pub struct ") {
            let (body, rest) = cut(body, "}");
            let (name, fields) = cut(body, "{");
            let fields = split(fields).map(|field| typed(field.trim_start_matches("pub ")));
            self.structs.push(Struct { name: name.trim().into(), fields: fields.collect() });
            rest
        } else if let Some(constant) = text.strip_prefix("pub const ") {
            let (constant, rest) = cut(constant, ";");
            let (name, value) = cut(constant, "=");
            self.constants.push((typed(name).0, value.trim().into()));
            rest
        } else {
            &text[4..]
        }
    }
}

fn on_one_line(source: &str) -> String {
    let code = source.lines().map(|line| line.split("//").next().unwrap());
    let words: Vec<&str> = code.flat_map(str::split_whitespace).collect();
    // An arrow is no bracket.
    words.join(" ").replace("->", "@").replace("< ", "<").replace(", >", ">")
}

fn cut<'a>(text: &'a str, at: &str) -> (&'a str, &'a str) {
    text.split_once(at).unwrap_or_else(|| panic!("no {} in: {}", at, text))
}

/// The parts between the commas that are in no bracket, without empty ones.
fn split(text: &str) -> impl Iterator<Item = &str> {
    let mut depth = 0;
    text.split(move |c| {
        match c {
            '(' | '<' | '[' => depth += 1,
            ')' | '>' | ']' => depth -= 1,
            _ => (),
        }
        c == ',' && depth == 0
    })
    .map(str::trim)
    .filter(|part| !part.is_empty())
}

fn typed(text: &str) -> Typed {
    let (name, kind) = cut(text, ":");
    (name.trim().into(), kind.trim().into())
}

fn function_of(declaration: &str) -> Function {
    let (name, rest) = cut(declaration, "(");
    let (arguments, result) = match rest.rsplit_once('@') {
        Some((arguments, result)) => (arguments, result.trim()),
        None => (rest, "c_void"),
    };
    let arguments = arguments.trim().trim_end_matches(')');
    Function {
        name: name.into(),
        arguments: split(arguments).map(typed).collect(),
        result: result.into(),
    }
}

/// The C type of these arguments and this result.
pub fn c_function(between: &str, arguments: &[Typed], result: &str) -> String {
    let mut types: Vec<String> = arguments.iter().map(|(_, kind)| c_type(kind)).collect();
    if types.is_empty() {
        types.push("void".into());
    }
    format!("{} {}({})", c_type(result), between, types.join(", "))
}

/// A Rust type of a declaration as C writes it.
pub fn c_type(rust: &str) -> String {
    if let Some(inner) = rust.strip_prefix("*mut ") {
        return c_type(inner) + " *";
    }
    if let Some(inner) = rust.strip_prefix("*const ") {
        return c_type(inner) + " const *";
    }
    if let Some(array) = rust.strip_prefix('[') {
        let (element, length) = cut(array.trim_end_matches(']'), ";");
        return format!("{}[{}]", c_type(element), length.trim().trim_end_matches(" as usize"));
    }
    if let Some(pointer) = rust.strip_prefix("Option<unsafe extern \"C\" fn") {
        let function = function_of(pointer.trim_end_matches('>'));
        return c_function("(*)", &function.arguments, &function.result);
    }
    let name = match rust {
        "i32" => "int32_t",
        "i64" => "int64_t",
        "u64" => "uint64_t",
        "usize" => "size_t",
        "f32" => "float",
        "f64" => "double",
        "c_char" => "char",
        "c_void" => "void",
        own if own.starts_with("seqnet_") => own,
        other => panic!("a type the ABI does not have: {}", other),
    };
    name.into()
}
