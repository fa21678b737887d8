//! `cargo xtask bench desk`: a record of 20,000 entries and 40 MB, one PDF of 20 MB, and as many small results as a share may
//! have: seconds until the form is there, memory of both processes, and what the desk's frames and the events between them cost
//! the thread that draws.
//!
//! Costs are time of that thread on the processor: a busy machine changes them little. There is no graphics card in it, neither
//! its time nor its memory, and no part of an accessibility client beyond the tree that it is given.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a tool for developers that measures time"
)]

mod comparison;
mod frames;
mod record;
#[path = "../../tests/support/sandbox.rs"]
#[allow(dead_code, reason = "a part of it is used")]
mod sandbox;

use base64::prelude::{BASE64_STANDARD, Engine as _};
use frames::{Desk, cpu_millis, spread};
use ktc_kiosk::intake::{Intake, ItemId, Section};
use ktc_kiosk::reconciliation::{
    ChartPatient, ChartRecords, ChartSearch, ComparedRecords, IdentityCheck, LookAlikes, PatientChoice, Staff,
};
use ktc_kiosk::resolve::Arrived;
use ktc_kiosk::sandbox::Task;
use ktc_kiosk::session::{
    Answer, AwaitingStaff, Event, Input, ReviewAnswer, ReviewInput, Reviewing, Sharing, SignInFor, State,
};
use ktc_testbed::https::HttpsServer;
use ktc_testbed::share::now_secs;
use std::process::Command;
use std::time::{Duration, Instant};
use std::{env, fs};

fn main() {
    let words: Vec<String> = env::args().skip(1).collect();
    match words.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        // The kiosk starts itself again to read a share.
        ["sandbox", task] => {
            let task: Task = task.parse().expect("a task");
            ktc_kiosk::sandbox::main(task).expect("a sandbox");
        }
        // Alone, it is quick to ask again.
        ["comparison"] => comparison::measure(),
        ["kiosk", what, link, ca, port] => kiosk(what, link, ca, port.parse().expect("a port")),
        [what @ ("record" | "pdf" | "results")] => publish_and_measure(&[what]),
        _ => publish_and_measure(&["record", "pdf", "results"]),
    }
}

/// Publishes these shares and lets a process of its own be the kiosk for each.
fn publish_and_measure(shares: &[&str]) {
    let server = HttpsServer::start([]).expect("a server");
    let folder = tempfile::tempdir().expect("a folder");
    let ca = folder.path().join("ca.pem");
    fs::write(&ca, server.ca_pem()).expect("a file");
    for &what in shares {
        let entries = match what {
            "record" => record::entries(),
            "pdf" => pdf(),
            _ => record::small_results(),
        };
        let content = bundle(&entries);
        drop(entries);
        let link = sandbox::publish_bytes(&server, content.as_bytes(), true);
        println!("\n== {what}: {:.1} MB opened", content.len() as f64 / 1e6);
        drop(content);
        let kiosk = Command::new(env::current_exe().expect("this program"))
            .args(["kiosk", what, &link])
            .arg(&ca)
            .arg(server.port().to_string())
            .status();
        assert!(kiosk.expect("a process").success(), "{what} was not measured");
    }
    comparison::measure();
}

fn bundle(entries: &[String]) -> String {
    format!(r#"{{"resourceType":"Bundle","type":"collection","entry":[{}]}}"#, entries.join(","))
}

/// The first entry of the record, and a PDF of 20 MB that no deflating makes smaller.
fn pdf() -> Vec<String> {
    let mut seed = 5_u64;
    let noise = (0..20_000_000 / 8).flat_map(|_| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed ^ (seed >> 29)).to_le_bytes()
    });
    let data: Vec<u8> = b"%PDF-1.7\n".iter().copied().chain(noise).collect();
    let scan = format!(
        r#"{{"resource":{{"resourceType":"DocumentReference","status":"current","description":"Scan","subject":{{"reference":"urn:uuid:patient"}},"content":[{{"attachment":{{"contentType":"application/pdf","data":"{}"}}}}]}}}}"#,
        BASE64_STANDARD.encode(data)
    );
    record::entries().into_iter().take(5).chain([scan]).collect()
}

/// A line of `/proc/self/status`, in MB.
fn memory(name: &str) -> f64 {
    let status = fs::read_to_string("/proc/self/status").expect("a process");
    let line = status.lines().find_map(|line| line.strip_prefix(name)).expect("a line");
    line.trim_matches(|letter: char| !letter.is_ascii_digit()).parse::<f64>().expect("a number") * 1.024e-3
}

/// The part of the kiosk: reads the share in a sandbox and draws what comes of it.
fn kiosk(what: &str, link: &str, ca: &str, port: u16) {
    let pem = fs::read_to_string(ca).expect("a file");
    let reader = sandbox::sandbox_trusting(&pem, port, ktc_kiosk::net::system_lookup());
    let mut desk = Desk::new(false);
    let rest = memory("VmRSS:");
    let read = || {
        let today = sandbox::today();
        let (reply, cost) = reader.read_share(sandbox::job(link, today), &|| true);
        let arrived = reply.outcome.unwrap_or_else(|refused| panic!("{}", refused.reason));
        // As the kiosk's reader does.
        arrived.forms().iter().for_each(Intake::look_ahead);
        (arrived, cost)
    };
    println!("measured at {}", now_secs());
    let started = Instant::now();
    let (arrived, cost) = read();
    println!("seconds from code to form: {:.2}", started.elapsed().as_secs_f64());
    println!(
        "sandbox: at most {:.0} MB resident, {:.2} s on the processor",
        cost.peak_bytes as f64 / 1e6,
        cost.cpu.as_secs_f64()
    );
    let told = |when: &str| {
        let (now, peak) = (memory("VmRSS:") - rest, memory("VmHWM:") - rest);
        println!("kiosk, {when}: {now:.0} MB more than at rest ({rest:.0} MB), at most {peak:.0} MB more so far");
    };
    told("form read");
    let items: usize = arrived.forms().iter().map(|form| form.items.len()).sum();
    println!("{items} items");
    stand_at_the_desk(&mut desk, arrived);
    desk.still(3);
    told("form at the desk");
    if what == "results" {
        return;
    }
    if what == "pdf" {
        let scan = item_of(&desk, Section::Documents, 0);
        println!(
            "opening the PDF: {:.1} ms of the drawing thread",
            desk.step(ReviewInput::DocumentOpened { item: scan, which: 0 })
        );
        return told("PDF opened");
    }
    with_a_chart(&mut desk);
    desk.still(3);
    told("beside a chart");
    let leaving = desk.step(Input::CancelTouched);
    told("after the visit");
    drop(desk);
    stalls(read().0, leaving);
    let kinds = [false, true].map(|client| all_frames(client, read().0));
    println!("\nframes, ms on the processor       without a client           with one");
    println!("                                  median    95 %  longest    median    95 %  longest");
    for ((name, without), (_, with)) in kinds[0].iter().zip(&kinds[1]) {
        let [one, other] = [without, with].map(|frames| spread(frames).map(|cost| format!("{cost:8.2}")).join(""));
        println!("{name:32}{one}  {other}");
    }
    let most = kinds.iter().flatten().map(|(_, frames)| spread(frames)[1]).fold(0.0, f64::max);
    println!("highest 95th percentile: {most:.2} ms (goal: 4)");
}

fn stand_at_the_desk(desk: &mut Desk, arrived: Arrived) -> f64 {
    desk.put(State::AwaitingStaff(Box::new(AwaitingStaff::new(SignInFor::Review(arrived)))));
    desk.answer(Answer::StaffSignedIn(staff()))
}

fn staff() -> Staff {
    Staff { id: "mw".into(), name: "Mara Weiss".into() }
}

fn reviewing(desk: &Desk) -> &Reviewing {
    match &desk.session().state {
        State::Reviewing(reviewing) => reviewing,
        other => panic!("no review but {}", other.word()),
    }
}

fn form(desk: &Desk) -> &Intake {
    reviewing(desk).reconciliation.intake()
}

fn item_of(desk: &Desk, section: Section, place: usize) -> ItemId {
    form(desk).section(section).nth(place).expect("an item").id
}

/// Chooses a chart that holds some hundred records; what each step costs the drawing thread.
fn with_a_chart(desk: &mut Desk) -> Vec<(&'static str, f64)> {
    let patient = ChartPatient::from_resource(record::patient_of_the_chart(), form(desk).day).expect("a chart");
    let chart = patient.id.clone();
    let found = ChartSearch::Found { candidates: vec![patient], new_patients: true };
    let mut costs = vec![("charts found", desk.answer_review(ReviewAnswer::ChartSearched(found)))];
    let touched = desk.step(ReviewInput::PatientChosen(PatientChoice::Existing(chart.clone())));
    let checks = [IdentityCheck::Name, IdentityCheck::BirthDate, IdentityCheck::Document];
    let chosen: f64 =
        checks.into_iter().map(|check| desk.step(ReviewInput::IdentifierConfirmed(check))).fold(0.0, f64::max);
    costs.extend([("a candidate touched", touched), ("the chart chosen", chosen)]);
    let records = ChartRecords { records: record::chart(), ..ChartRecords::default() };
    costs.extend(told(desk, chart, records));
    costs
}

/// The EHR told what the chart holds.
fn told(desk: &mut Desk, chart: String, records: ChartRecords) -> Vec<(&'static str, f64)> {
    let before = cpu_millis();
    let records = Some(Box::new(ComparedRecords::new(form(desk), records, &LookAlikes::default())));
    let comparing = cpu_millis() - before;
    let answer = ReviewAnswer::ChartLoaded { chart, records };
    vec![("the chart's records came", desk.answer_review(answer)), ("(compared by a worker)", comparing)]
}

/// What each event of a visit costs the drawing thread.
fn stalls(arrived: Arrived, leaving: f64) {
    let mut desk = Desk::new(false);
    let mut costs: Vec<(&str, f64)> = Vec::new();
    desk.put(State::Sharing(Box::new(Sharing::new(arrived))));
    costs.push(("lobby, first frame", desk.frame(Vec::new())));
    costs.push(("lobby, next frame", desk.frame(Vec::new())));
    costs.push(("patient agrees", desk.step(Input::SharingAgreed)));
    costs.push(("staff sign in", desk.answer(Answer::StaffSignedIn(staff()))));
    costs.extend(with_a_chart(&mut desk));
    let result = item_of(&desk, Section::Results, 40);
    costs.push(("a tick", desk.step(ReviewInput::ItemToggled(result))));
    costs.push(("tick all results", desk.step(ReviewInput::SectionToggled(Section::Results))));
    costs.push(("untick all results", desk.step(ReviewInput::SectionToggled(Section::Results))));
    costs.push(("only what needs a decision", desk.step(ReviewInput::OpenOnlyToggled)));
    costs.push(("more of a result", desk.step(ReviewInput::MoreToggled(result))));
    let report = form(&desk).items.iter().find(|item| item.resource.kind() == "DiagnosticReport").map(|item| item.id);
    let which = 0;
    costs.extend(report.map(|item| ("a note opened", desk.step(ReviewInput::DocumentOpened { item, which }))));
    desk.step(ReviewInput::DocumentClosed);
    let pile = form(&desk).section(Section::Other).last().map(|item| item.id);
    costs.extend(pile.map(|item| ("more of what has no section", desk.step(ReviewInput::MoreToggled(item)))));
    costs.push(("the chart left", desk.step(ReviewInput::ChartLeft)));
    desk.wait(Duration::from_secs(24 * 3600));
    costs.push(("nobody there: locked", desk.step(Event::Tick)));
    costs.push(("staff sign in again", desk.answer(Answer::StaffSignedIn(staff()))));
    with_a_chart(&mut desk);
    for &section in Section::ALL {
        desk.step(ReviewInput::SectionToggled(section));
    }
    costs.push(("confirmed", desk.step(ReviewInput::IntakeConfirmed)));
    assert_eq!(desk.session().state.word(), "filing");
    costs.push(("the visit ended", leaving));
    println!("\nevents, ms of the drawing thread");
    for (name, cost) in &costs {
        println!("{name:32}{cost:10.2}");
    }
    costs.retain(|(name, _)| !name.starts_with('('));
    let longest = costs.iter().max_by(|one, other| one.1.total_cmp(&other.1)).expect("an event");
    println!("longest stall of the drawing thread: {:.1} ms ({})", longest.1, longest.0);
}

/// Frames of every kind, each kind by its name.
fn all_frames(client: bool, arrived: Arrived) -> Vec<(String, Vec<f64>)> {
    let mut desk = Desk::new(client);
    stand_at_the_desk(&mut desk, arrived);
    let mut kinds = Vec::new();
    for beside in ["no chart", "a chart"] {
        if beside == "a chart" {
            with_a_chart(&mut desk);
        }
        let mut add = |name: &str, frames: Vec<f64>| kinds.push((format!("{beside}: {name}"), frames));
        add("first frame", desk.still(1));
        desk.still(5);
        add("standing still", desk.still(200));
        add("scrolling down", desk.scroll(300, 120.0));
        add("through the whole list", desk.scroll(400, 8_000.0));
        add("jumping by the bar", desk.jump((0..40).map(|number| (number * 37 % 100) as f32 / 100.0)));
        desk.jump([0.55].into_iter());
        add("scrolling up", desk.scroll(300, -120.0));
        let ticked = |desk: &mut Desk, place: usize| {
            let item = item_of(desk, Section::Results, place * 50);
            desk.step(ReviewInput::ItemToggled(item));
            desk.still(2)
        };
        add("after a tick", (0..40).flat_map(|place| ticked(&mut desk, place)).collect());
        let all_ticked = |desk: &mut Desk| {
            desk.step(ReviewInput::SectionToggled(Section::Results));
            desk.still(2)
        };
        add("after tick all", (0..10).flat_map(|_| all_ticked(&mut desk)).collect());
        let item = item_of(&desk, Section::Results, 3);
        desk.step(ReviewInput::MoreToggled(item));
        add("more open", desk.scroll(100, 40.0));
        if beside == "a chart" {
            desk.step(ReviewInput::OpenOnlyToggled);
            add("only open, first frame", desk.still(1));
            add("only open, scrolling", desk.scroll(200, 120.0));
        }
    }
    kinds
}
