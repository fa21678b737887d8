//! `cargo xtask demo`: builds the kiosk and the testbed and hands over to the testbed.

use crate::display::Display;
use crate::steps::{self, Steps, cargo};
use crate::{Failure, root, setup, target};
use std::process::Command;

/// With a window for a person, or headless with the pilot.
pub fn run(headless: bool) -> Result<(), Failure> {
    let mut plan = Steps::default();
    plan.step("setup", setup::for_demo)?;
    plan.step("build", || build(headless))?;
    let display = if headless || !Display::is_present() { Some(Display::start()?) } else { None };
    if display.is_some() && !headless {
        println!("no display here: the kiosk runs where nobody sees it; `--headless` would let the pilot drive it");
    }
    plan.step("demo", || {
        let mut testbed = Command::new(target().join("debug/ktc-testbed"));
        testbed.arg("demo").arg("--kiosk").arg(target().join("debug/ktc-kiosk"));
        testbed.arg("--folder").arg(root().join("target/demo"));
        if headless {
            testbed.arg("--headless");
        }
        if let Some(display) = &display {
            display.lend(&mut testbed);
        }
        steps::run(&mut testbed)
    })?;
    plan.print();
    Ok(())
}

/// The pilot is in the kiosk only when it drives. Same features as `cargo xtask test`, so nothing is compiled twice.
fn build(headless: bool) -> Result<(), Failure> {
    let mut build = cargo();
    build.args(["build", "--locked", "--package", "ktc-kiosk", "--package", "ktc-testbed"]);
    if headless {
        build.args(["--features", "ktc-kiosk/pilot"]);
    }
    steps::run(&mut build)
}
