//! `wrong-person`: the facts that a breach notice needs, of a check-in or of a visit of which nothing was confirmed, as a page without
//! clinical content. The audit row comes first, and the file must be new.

use super::CliError;
use super::outbox::{beside, is_staff, new_private_file};
use crate::audit::{AuditEvent, AuditKind};
use crate::config::KioskConfig;
use crate::filing::SubmissionId;
use crate::runtime::{self, BreachFacts, breach_page};
use std::io::Write;
use std::path::Path;

/// `ktc-kiosk wrong-person ID --pdf FILE --staff ID`.
pub(super) fn wrong_person(
    config: &KioskConfig,
    which: &str,
    (pdf, staff): (&Path, &str),
    out: &mut dyn Write,
) -> Result<u8, CliError> {
    is_staff(config, staff)?;
    let mut store = beside(config)?;
    let audit = AuditEvent::between_visits(AuditKind::BreachFactsWritten).by(staff);
    let (clinic, now) = (config.clinic.as_str(), runtime::now());
    let facts = match (SubmissionId::parse(which), which.parse::<i64>()) {
        (Some(submission), _) => BreachFacts::of_check_in(&mut store, &submission, (clinic, audit), now)?,
        (None, Ok(visit)) => BreachFacts::of_visit(&mut store, visit, (clinic, audit), now)?,
        (None, Err(_)) => {
            return Err(CliError::Usage(
                "wrong-person: an id of 32 hex digits, as `outbox list` shows it, or the number of a visit",
            ));
        }
    };
    let page = breach_page(&facts, config.language).ok_or(CliError::Usage("wrong-person: the page cannot be made"))?;
    let mut file = new_private_file(pdf)?;
    file.write_all(page.reveal())?;
    file.sync_all()?;
    writeln!(out, "{} written", pdf.display())?;
    Ok(0)
}
