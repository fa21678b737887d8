//! The authorization server of `tests/sign_in.rs`: npm oidc-provider, pinned, under `target/oauth`.

use crate::{Failure, peers, root};
use std::fs;

/// Installs it. The stamp is written last: an installation that was broken off is made again.
pub fn install() -> Result<(), Failure> {
    let (folder, from) = (root().join("target/oauth"), root().join("tests/testbed/oauth"));
    let stamp = folder.join("installed");
    let wanted = peers::read(&from.join("package-lock.json"))?;
    if fs::read_to_string(&stamp).is_ok_and(|found| found == wanted) {
        println!("authorization server: there");
        return Ok(());
    }
    println!("authorization server: installing oidc-provider ...");
    if folder.exists() {
        fs::remove_dir_all(&folder).map_err(|error| peers::failed(&folder, &error))?;
    }
    peers::javascript(&from, &folder)?;
    fs::write(&stamp, wanted).map_err(|error| peers::failed(&stamp, &error))
}
