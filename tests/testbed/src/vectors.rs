//! Test data that lies beside the project and is not part of it.

use std::path::{Path, PathBuf};

/// The place of a file or folder of vectors; `None`, said aloud, where there are none. CI always has them.
pub fn vectors(name: &str) -> Option<PathBuf> {
    let place = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/vectors").join(name);
    if place.exists() {
        return Some(place);
    }
    assert!(std::env::var_os("CI").is_none(), "CI runs with the vectors at {}", place.display());
    eprintln!("not tested: no vectors at {}", place.display());
    None
}
