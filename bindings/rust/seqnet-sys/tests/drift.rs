// SPDX-License-Identifier: MIT
//! This crate declares what the C headers declare: nothing is missing, and a C compiler finds every
//! type, size, offset and value equal.

mod declarations;

use declarations::{c_function, c_type, Declarations, Function, Struct, Typed};
use std::collections::BTreeSet;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{env, fs};

fn project() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..")
}

/// The files of a folder that end like this, sorted.
fn files(folder: &Path, end: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {}", folder.display(), e));
    let paths = entries.map(|entry| entry.unwrap().path());
    let mut found: Vec<PathBuf> = paths.filter(|p| p.to_string_lossy().ends_with(end)).collect();
    found.sort();
    found
}

fn ours() -> Declarations {
    let mut declarations = Declarations::default();
    for path in files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), ".rs") {
        if !path.ends_with("lib.rs") {
            declarations.read(&fs::read_to_string(path).unwrap());
        }
    }
    declarations
}

fn headers() -> String {
    let paths = files(&project().join("include/seqnet"), ".h");
    paths.iter().map(|path| fs::read_to_string(path).unwrap()).collect()
}

/// What follows `before` in each line that begins with it, up to the end of a name.
fn names(text: &str, before: &str) -> Vec<String> {
    let lines = text.lines().filter_map(|line| line.strip_prefix(before));
    lines
        .map(|rest| rest.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap().into())
        .collect()
}

fn assert_same<'a>(what: &str, ours: impl Iterator<Item = &'a String>, theirs: &[String]) {
    let ours: BTreeSet<&String> = ours.collect();
    let theirs: BTreeSet<&String> = theirs.iter().collect();
    let missing: Vec<_> = theirs.difference(&ours).collect();
    let surplus: Vec<_> = ours.difference(&theirs).collect();
    assert!(missing.is_empty(), "{} that this crate does not declare: {:?}", what, missing);
    assert!(surplus.is_empty(), "{} that only this crate declares: {:?}", what, surplus);
}

#[test]
fn functions_are_those_of_the_symbol_list() {
    let map = fs::read_to_string(project().join("cmake/seqnet.map")).unwrap();
    let theirs =
        names(&map, "    seqnet_").iter().map(|n| format!("seqnet_{}", n)).collect::<Vec<_>>();
    assert!(theirs.len() > 100, "the symbol list is not read right");
    assert_same("functions", ours().functions.iter().map(|f| &f.name), &theirs);
}

#[test]
fn structs_are_those_of_the_headers() {
    let (ours, theirs) = (ours(), names(&headers(), "typedef struct "));
    assert!(theirs.len() > 15, "the headers are not read right");
    let named = ours.structs.iter().map(|s| &s.name).chain(&ours.opaque);
    assert_same("structs", named, &theirs);
}

#[test]
fn constants_are_those_of_the_headers() {
    let mut theirs = names(&headers(), "#define ");
    theirs.retain(|name| !["_H", "_API", "_DECLS", "_INIT"].iter().any(|end| name.ends_with(end)));
    assert!(theirs.len() > 50, "the headers are not read right");
    assert_same("constants", ours().constants.iter().map(|c| &c.0), &theirs);
}

fn assertion(condition: &str, what: &str) -> String {
    format!("_Static_assert({}, \"{}\");\n", condition, what)
}

fn same_types(one: &str, other: &str, what: &str) -> String {
    assertion(&format!("__builtin_types_compatible_p({}, {})", one, other), what)
}

/// Fields of a struct are at the same places as in one that C makes of our declaration.
fn struct_assertions(s: &Struct) -> String {
    let name = &s.name;
    let field = |(field, kind): &Typed| format!("__typeof__({}) {};", c_type(kind), field);
    let assertions = |(field, kind): &Typed| {
        let what = format!("{}.{}", name, field);
        let offsets = format!("offsetof({0}, {1}) == offsetof(struct our_{0}, {1})", name, field);
        let theirs = format!("__typeof__((({} *)0)->{})", name, field);
        let ours = format!("__typeof__({})", c_type(kind));
        assertion(&offsets, &(what.clone() + " offset"))
            + &same_types(&theirs, &ours, &(what + " type"))
    };
    let fields: Vec<String> = s.fields.iter().map(field).collect();
    let size = format!("sizeof({0}) == sizeof(struct our_{0})", name);
    format!("struct our_{} {{ {} }};\n", name, fields.join(" "))
        + &s.fields.iter().map(assertions).collect::<String>()
        + &assertion(&size, &format!("{} size", name))
}

fn function_assertion(f: &Function) -> String {
    let theirs = format!("__typeof__({})", f.name);
    same_types(&theirs, &c_function("", &f.arguments, &f.result), &f.name)
}

fn constant_assertion((name, value): &Typed) -> String {
    let equal = match value.starts_with('"') {
        true => format!("__builtin_strcmp({}, {}) == 0", name, value),
        false => format!("{} == {}", name, value),
    };
    assertion(&equal, name)
}

fn program(ours: &Declarations) -> String {
    String::from("#include <seqnet/seqnet.h>\n")
        + &ours.functions.iter().map(function_assertion).collect::<String>()
        + &ours.constants.iter().map(constant_assertion).collect::<String>()
        + &ours.structs.iter().map(struct_assertions).collect::<String>()
}

/// What the C compiler has to say about a program; empty: nothing.
fn compile(program: &str) -> String {
    let compiler = env::var("CC").unwrap_or_else(|_| "cc".into());
    let mut child = Command::new(compiler)
        .args(["-x", "c", "-std=c11", "-Werror", "-fsyntax-only", "-", "-I"])
        .arg(project().join("include"))
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("a C compiler, which rustc needs too");
    child.stdin.take().unwrap().write_all(program.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn a_c_compiler_finds_all_types_sizes_offsets_and_values_equal() {
    let complaints = compile(&program(&ours()));
    assert!(complaints.is_empty(), "{}", complaints);
}

#[test]
fn a_difference_is_found() {
    let mut broken = ours();
    broken.read(
        "pub const SEQNET_MAX_SIZE: i32 = 1; \
         pub struct seqnet_window { pub struct_size: usize, pub x: *mut f32, pub steps: i32, } \
         pub fn seqnet_layer_retain(layer: *const seqnet_layer); \
         pub fn seqnet_version() -> i64;",
    );
    let complaints = compile(&program(&broken));
    for name in [
        "SEQNET_MAX_SIZE",
        "seqnet_window.x type",
        "seqnet_window.steps offset",
        "seqnet_window size",
        "seqnet_layer_retain",
        "seqnet_version",
    ] {
        assert!(complaints.contains(name), "{} is not among\n{}", name, complaints);
    }
}
