// SPDX-License-Identifier: MIT
//! Tells the linker where libseqnet is: in `SEQNET_LIB_DIR` if that is set, else where pkg-config
//! says. Both need the shared library; where the program finds it when it runs (an installed
//! library, `LD_LIBRARY_PATH`, an rpath) is the program's affair, see the README.

use std::env;
use std::path::Path;
use std::process::{exit, Command};

/// Versions this crate's declarations fit: the headers' own or a newer one with the same SONAME.
const NEED: &str = concat!("seqnet >= ", env!("CARGO_PKG_VERSION"));

const HELP: &str = "install libseqnet with its pkg-config file, \
    or set SEQNET_LIB_DIR to the folder that holds libseqnet.so";

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    for variable in ["SEQNET_LIB_DIR", "PKG_CONFIG", "PKG_CONFIG_PATH", "PKG_CONFIG_LIBDIR"] {
        println!("cargo:rerun-if-env-changed={}", variable);
    }
    let found = match env::var("SEQNET_LIB_DIR") {
        Ok(folder) if !folder.is_empty() => in_folder(&folder),
        _ => by_pkg_config(),
    };
    if let Err(message) = found {
        eprintln!("seqnet-sys: {}; {}", message, HELP);
        exit(1);
    }
}

fn in_folder(folder: &str) -> Result<(), String> {
    let is_there = ["libseqnet.so", "libseqnet.dylib", "libseqnet.a"]
        .iter()
        .any(|name| Path::new(folder).join(name).exists());
    if !is_there {
        return Err(format!("no libseqnet in SEQNET_LIB_DIR = {}", folder));
    }
    search(folder);
    println!("cargo:rustc-link-lib=seqnet");
    Ok(())
}

fn by_pkg_config() -> Result<(), String> {
    let program = env::var("PKG_CONFIG").unwrap_or_else(|_| "pkg-config".to_string());
    let output = Command::new(&program)
        .args(["--libs", NEED])
        .output()
        .map_err(|error| format!("cannot run {}: {}", program, error))?;
    if !output.status.success() {
        let reason = String::from_utf8_lossy(&output.stderr);
        return Err(format!("{} does not know {}: {}", program, NEED, reason.trim()));
    }
    let flags = String::from_utf8(output.stdout)
        .map_err(|_| format!("{} gave a path that is not UTF-8", program))?;
    flags.split_whitespace().for_each(flag);
    Ok(())
}

fn flag(flag: &str) {
    if let Some(folder) = flag.strip_prefix("-L") {
        search(folder);
    } else if let Some(library) = flag.strip_prefix("-l") {
        println!("cargo:rustc-link-lib={}", library);
    }
}

/// `DEP_SEQNET_LIB_DIR` hands the folder on to build scripts of packages that depend on this one.
fn search(folder: &str) {
    println!("cargo:rustc-link-search=native={}", folder);
    println!("cargo:lib_dir={}", folder);
}
