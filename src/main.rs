//! x
fn main() { ktc_kiosk::cli::tmp_main() }
