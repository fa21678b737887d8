//! The demo: everything around a kiosk is started, then the kiosk, for a person to try or for the pilot to drive.
//!
//! Ctrl-C reaches the kiosk with the testbed, and the FHIR server ends with the testbed.

mod chart;
mod folder;
mod kiosk;
mod leaks;
mod read_back;

use ktc_testbed::{
    fault_proxy::{Fault, FaultProxy},
    fhir_server::FhirServer,
    people,
};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// What the command line asked for.
pub struct Options {
    /// The kiosk program.
    pub kiosk: PathBuf,
    /// The demo's folder.
    pub folder: PathBuf,
    /// The pilot's script.
    pub script: PathBuf,
    /// The pilot's pictures.
    pub shots: PathBuf,
    /// Whether the pilot drives.
    pub headless: bool,
}

/// Runs the demo. `false`: it ran, and what came out is wrong.
pub fn run(options: &Options) -> io::Result<bool> {
    // With the pilot only the first person walks up, so that the script knows who is there.
    let mut cast = people::everyone();
    if options.headless {
        cast.truncate(1);
    }
    start_fresh(&options.folder)?;
    println!("starting the FHIR server ...");
    let ehr = FhirServer::start_in(&options.folder.join("ehr"))?;
    chart::prepare(&ehr, &people::chloe())?;
    println!("preparing {} ...", options.folder.display());
    // An EHR that takes its time, so that there is something to see.
    let proxy = FaultProxy::in_front_of(&ehr.base_url())?;
    proxy.push(Fault::HangMillis(2_500));
    let clinic = folder::prepare(options, &proxy.base_url(), &cast)?;

    if options.headless {
        let finished = kiosk::run_with_pilot(options)?;
        let filed = read_back::check(&ehr, &cast[0], folder::LEFT_OUT)?;
        let kept_secret = leaks::check(&options.folder, &cast[0])?;
        list_pictures(&options.shots)?;
        return Ok(finished && filed && kept_secret);
    }
    println!(
        "\n  FHIR server  {}\n  shares       {}\n  staff PIN    {} ({})\n  walking up   {}\n  passcode     {} (the second of them)\n\nClose the window or press Ctrl-C to end.\n",
        ehr.base_url(),
        clinic.origin(),
        folder::PIN,
        folder::STAFF,
        cast.iter().map(people::Person::full_name).collect::<Vec<_>>().join(", "),
        folder::PASSCODE,
    );
    let finished = kiosk::run_for_person(options)?;
    println!("patients in the FHIR server now: {}", ehr.search_all("Patient", "")?.len());
    Ok(finished)
}

/// Empties the folder; refuses to empty one that no demo made.
fn start_fresh(folder: &Path) -> io::Result<()> {
    let mark = folder.join(".ktc-demo");
    if folder.exists() {
        if !mark.exists() && fs::read_dir(folder)?.next().is_some() {
            return Err(io::Error::other(format!("{} is not empty and was not made by a demo", folder.display())));
        }
        fs::remove_dir_all(folder)?;
    }
    fs::create_dir_all(folder)?;
    fs::write(mark, "made by ktc-testbed demo, emptied at its next start\n")
}

fn list_pictures(shots: &Path) -> io::Result<()> {
    let mut names: Vec<_> = match fs::read_dir(shots) {
        Ok(entries) => entries.filter_map(Result::ok).map(|entry| entry.path()).collect(),
        Err(_) => Vec::new(),
    };
    names.sort();
    println!("\n{} pictures", names.len());
    for name in names {
        println!("  {}", name.display());
    }
    Ok(())
}
