// SPDX-License-Identifier: MIT
//! Asks pkg-config where the library is.
use std::process::Command;

fn main() {
    let output = Command::new("pkg-config").args(["--libs", "seqnet"]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    for word in String::from_utf8(output.stdout).unwrap().split_whitespace() {
        if let Some(directory) = word.strip_prefix("-L") {
            println!("cargo:rustc-link-search=native={directory}");
        } else if let Some(library) = word.strip_prefix("-l") {
            println!("cargo:rustc-link-lib=dylib={library}");
        }
    }
}
