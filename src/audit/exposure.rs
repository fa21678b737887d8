//! From the rows of the log: what of a person was on screen, from when to when, and who looked. A row that says that it went names
//! for how many seconds it had been there.

use super::{AuditKind, AuditRecord};
use crate::time::Timestamp;
use std::time::Duration;

/// What kind of thing was on screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::EnumString, strum::IntoStaticStr, strum::VariantArray)]
#[strum(serialize_all = "kebab-case")]
pub enum ScreenKind {
    /// Kinds and numbers of a share, in the lobby.
    SharedKinds,
    /// Names and birth dates of the people of a share.
    SharedPeople,
    /// The records of a form.
    SharedForm,
    /// A chart beside it.
    ChosenChart,
    /// Whose a check-in is, and the titles of its records.
    CheckInLabel,
    /// The records that a check-in filed, by title.
    FiledRecords,
}

impl ScreenKind {
    /// All of them.
    pub const ALL: &[ScreenKind] = <ScreenKind as strum::VariantArray>::VARIANTS;

    /// The stable word in the log.
    pub fn word(self) -> &'static str {
        self.into()
    }

    /// The kind of this word.
    pub fn from_word(word: &str) -> Option<ScreenKind> {
        word.parse().ok()
    }

    /// The id under which `assets/` holds the words for people.
    pub const fn text_id(self) -> &'static str {
        match self {
            ScreenKind::SharedKinds => "facts-seen-share",
            ScreenKind::SharedPeople => "facts-seen-people",
            ScreenKind::SharedForm => "facts-seen-form",
            ScreenKind::ChosenChart => "facts-seen-chart",
            ScreenKind::CheckInLabel => "facts-seen-check-in",
            ScreenKind::FiledRecords => "facts-seen-filed",
        }
    }
}

/// Something of a person that was on screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exposure {
    /// What; none where a later version wrote a word that this one does not know.
    pub what: Option<ScreenKind>,
    /// Id of the staff member who had signed in; none in the lobby.
    pub staff: Option<String>,
    /// Since when.
    pub from: Timestamp,
    /// For how many seconds, at most.
    pub seconds: u32,
    /// The visit.
    pub session: Option<i64>,
}

/// The visits that came to this check-in.
pub fn visits_of(records: &[AuditRecord], submission: &str) -> Vec<i64> {
    let about = records.iter().filter(|record| record.submission.as_deref() == Some(submission));
    let mut visits: Vec<i64> = about.filter_map(|record| record.session).collect();
    visits.sort_unstable();
    visits.dedup();
    visits
}

/// What was on screen of a check-in: in the visit that made it, and whenever it was looked at since.
pub fn exposures<'r>(
    records: impl IntoIterator<Item = &'r AuditRecord>,
    visits: &[i64],
    submission: Option<&str>,
) -> Vec<Exposure> {
    let is_of = |record: &&AuditRecord| {
        let of_visit = record.session.is_some_and(|session| visits.contains(&session));
        // A visit of the list looks at several check-ins; a row about another one is not of this.
        AuditKind::from_word(&record.kind) == Some(AuditKind::ScreenClosed)
            && of_visit
            && (record.submission.is_none() || record.submission.as_deref() == submission)
    };
    let exposure = |record: &AuditRecord| {
        let seconds = record.count.unwrap_or(0);
        let millis = i64::try_from(Duration::from_secs(seconds.into()).as_millis()).unwrap_or(i64::MAX);
        Exposure {
            what: record.detail.as_deref().and_then(ScreenKind::from_word),
            staff: record.staff.clone(),
            from: Timestamp::from_unix_millis(record.at.unix_millis().saturating_sub(millis)),
            seconds,
            session: record.session,
        }
    };
    records.into_iter().filter(is_of).map(exposure).collect()
}

#[cfg(test)]
mod tests {
    use super::super::{AuditChain, AuditEvent};
    use super::*;
    use crate::filing::SubmissionId;
    use crate::session_id::SessionId;

    #[test]
    fn what_was_on_screen_is_told_with_who_and_for_how_long_and_nothing_of_another_check_in() {
        let id = |letter: &str| SubmissionId::parse(&letter.repeat(32)).expect("an id");
        let (this, other) = (id("a"), id("b"));
        let closed =
            |kind: ScreenKind| AuditEvent::new(AuditKind::ScreenClosed, SessionId(7)).by("mw").detail(kind.word());
        let mut chain = AuditChain::default();
        let events = [
            closed(ScreenKind::SharedForm).count(31),
            AuditEvent::new(AuditKind::CheckInConfirmed, SessionId(7)).about(&this),
            closed(ScreenKind::CheckInLabel).about(&other).count(9),
            AuditEvent::new(AuditKind::ScreenClosed, SessionId(8)).detail(ScreenKind::SharedForm.word()).count(5),
        ];
        let at = |event: &AuditEvent| chain.append(event, Timestamp::from_unix_millis(1_790_000_100_000));
        let records: Vec<AuditRecord> = events.iter().map(at).collect();
        let visits = visits_of(&records, this.as_str());
        assert_eq!(visits, [7]);
        let found = exposures(&records, &visits, Some(this.as_str()));
        let [form] = &found[..] else { panic!("{found:?}") };
        assert_eq!((form.what, form.staff.as_deref(), form.seconds), (Some(ScreenKind::SharedForm), Some("mw"), 31));
        assert_eq!(form.from, Timestamp::from_unix_millis(1_790_000_069_000));
    }
}
