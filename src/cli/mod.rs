//! The command line: `run` opens the kiosk, the other commands are for clinic IT, help desks and connectathons.

mod answers;
mod conformance;
mod read;

pub use answers::{FolderError, RecordedAnswers, VectorFolder};
pub fn tmp_main() {
    let a: Vec<String> = std::env::args().collect();
    let out = &mut std::io::stdout();
    if a[1] == "conformance" { println!("{:?}", conformance::run(a[2].as_ref(), out).unwrap()); }
    else { let f = VectorFolder::open(a[2].as_ref()).unwrap(); let t = crate::trust::TrustList::empty(f.now);
      let r = crate::resolve::Resolver { fetch: &f.all_answers(), trust: &t, recipient: "x", now: f.now, manner: crate::resolve::Manner::Kiosk };
      println!("{:?}", read::run(&a[3..], &r, out).unwrap()); }
}
