//! Nothing about the patient may stand readable in the kiosk's log or in its data folder.

use ktc_testbed::people::Person;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Looks for the person's particulars. Names the files that hold any, not what they hold.
pub(super) fn check(folder: &Path, person: &Person) -> io::Result<bool> {
    let canaries =
        [person.family, person.birth_date, person.phone, person.insurance.subscriber_id, person.story[0], "shlink:/"];
    let mut files = vec![folder.join("kiosk.log")];
    collect(&folder.join("data"), &mut files)?;
    let mut clean = true;
    for file in &files {
        let bytes = fs::read(file)?;
        let leaked =
            canaries.iter().filter(|canary| bytes.windows(canary.len()).any(|part| part == canary.as_bytes())).count();
        if leaked > 0 {
            println!("  WRONG {leaked} kind(s) of patient data readable in {}", file.display());
            clean = false;
        }
    }
    if clean {
        println!("  ok    no patient data readable in the kiosk's log and data ({} files)", files.len());
    }
    Ok(clean)
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() { collect(&path, files)? } else { files.push(path) }
    }
    Ok(())
}
