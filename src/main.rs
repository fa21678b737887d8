//! The program: reads the command line and leaves with its exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    ktc_kiosk::cli::main()
}
