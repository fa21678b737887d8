//! The catalogue of audit events: number, word, sentence. Numbers and words never change their meaning.

use crate::sensitive::LogSafe;

/// Declares the closed list once: variant, number, word, sentence.
macro_rules! audit_kinds {
    ($($variant:ident $id:literal $word:literal $sentence:literal)*) => {
        /// What happened.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[derive(strum::EnumString, strum::IntoStaticStr, strum::VariantArray)]
        pub enum AuditKind { $(#[doc = $sentence] #[strum(serialize = $word)] $variant,)* }

        impl AuditKind {
            /// Every kind, in the order of the catalogue.
            pub const ALL: &[AuditKind] = <AuditKind as strum::VariantArray>::VARIANTS;

            /// The kind of this word.
            pub fn from_word(word: &str) -> Option<AuditKind> {
                word.parse().ok()
            }

            /// The stable number.
            pub const fn id(self) -> u16 {
                match self { $(AuditKind::$variant => $id,)* }
            }

            /// The stable word.
            pub fn word(self) -> &'static str {
                self.into()
            }

            /// What it means, in one sentence.
            pub const fn sentence(self) -> &'static str {
                match self { $(AuditKind::$variant => $sentence,)* }
            }
        }
    };
}

audit_kinds! {
    SessionStarted 100 "session-started" "A patient began a visit."
    CodeRead 101 "code-read" "A health link or card was shown to the kiosk."
    ShareArrived 102 "share-arrived" "A share was read and put before the patient."
    ShareRefused 103 "share-refused" "A share could not be used; the detail is the trouble's code."
    SharingAgreed 104 "sharing-agreed" "The patient agreed to share with the clinic."
    SharingDeclined 105 "sharing-declined" "The patient chose not to share; what was read is dropped."
    SessionEnded 106 "session-ended" "The visit ended and its data was dropped; the detail is the state it ended in."
    LateAnswerDropped 107 "late-answer-dropped" "An answer for an earlier visit came late and was dropped."
    PasscodeSent 108 "passcode-sent" "A passcode that the patient typed was sent to the sender of a link."
    PasscodeRefused 109 "passcode-refused" "The sender of a link did not accept a passcode."
    StaffSignedIn 200 "staff-signed-in" "A staff member signed in at the desk."
    PinRefused 201 "pin-refused" "A PIN was not accepted."
    PinLocked 202 "pin-locked" "Too many wrong PINs; signing in is locked for a while."
    ReviewOpened 203 "review-opened" "Staff opened a patient's form."
    ChartSearched 204 "chart-searched" "The EHR was searched for the patient's chart."
    ReviewLocked 205 "review-locked" "Nobody touched a form for long; staff must sign in again."
    DocumentLookedAt 206 "document-looked-at" "Staff looked at a document of a share; the detail is its kind."
    ChartChosen 207 "chart-chosen" "Staff chose a chart; the detail says what the patient confirmed."
    PersonChosen 208 "person-chosen" "Staff picked one of the people of a share; the count is how many there are."
    PinReleased 209 "pin-released" "Clinic IT let PINs be tried again before the wait was over."
    ChartsMatched 210 "charts-matched" "The matching rules were evaluated on what the EHR returned; the detail is what came of them."
    WrongPerson 215 "wrong-person-said" "Somebody said that the screen was another person's; the count is how many seconds it showed, at most."
    ScreenClosed 216 "screen-closed" "A share or chart is no longer on screen; the detail says what, the count how many seconds it was."
    CheckInConfirmed 300 "check-in-confirmed" "Staff confirmed a check-in; it is on disk to be filed."
    CheckInAccepted 301 "check-in-accepted" "The EHR took a check-in; only its receipt is kept here."
    CheckInNeedsPerson 302 "check-in-needs-person" "The EHR refused a check-in; a person must look."
    CheckInResent 303 "check-in-resent" "Staff sent a parked check-in again."
    TicketPrinted 304 "ticket-printed" "A ticket was handed to the printer."
    TicketNotPrinted 305 "ticket-not-printed" "A ticket could not be printed."
    CheckInShown 306 "check-in-shown" "Staff or clinic IT looked at whose a check-in is and where it stands."
    CheckInSending 307 "check-in-sending" "A request that must not be sent twice is about to leave for the EHR."
    CheckInExported 308 "check-in-exported" "A check-in was written, readable, into a file that staff chose."
    CheckInFinishedByHand 310 "check-in-finished-by-hand" "Staff entered the rest of a parked check-in in the EHR themselves."
    CheckInKept 311 "check-in-kept" "Staff kept a check-in without a chart; nothing is filed until they choose one and confirm."
    KeptCheckInOpened 312 "kept-check-in-opened" "Staff opened a check-in that was kept without a chart."
    KeptCheckInDiscarded 313 "kept-check-in-discarded" "Staff discarded a check-in that was kept without a chart; nothing of it was filed."
    QueueShown 309 "queue-shown" "Staff looked at which check-ins wait, and why."
    CheckInWithdrawn 314 "check-in-withdrawn" "Staff withdrew a check-in: what had not left for the EHR is never sent."
    CheckInHeld 315 "check-in-held" "A check-in was stopped because somebody said that it is another person's; staff decide."
    UndoConfirmed 316 "undo-confirmed" "Staff confirmed that what was filed is undone; the count is of the steps they ticked."
    RecordUndone 317 "record-undone" "What a check-in filed or changed was undone and read back; the detail is its type."
    RecordNotUndone 318 "record-not-undone" "What a check-in filed or changed could not be undone from here; the detail is its type."
    BreachFactsWritten 319 "breach-facts-written" "The facts that a breach notice needs were written, without clinical content."
    KioskStarted 400 "kiosk-started" "The program started."
    StoreDamaged 401 "store-damaged" "A damaged database was moved aside and a fresh one begun."
    StoreRolledBack 402 "store-rolled-back" "The database is older than its checkpoint; the count is of check-ins that wait for a person now."
    AuditRead 403 "audit-read" "Clinic IT read the log; the detail is how."
    VisitRecordShared 500 "visit-record-shared" "A visit record was published for the patient."
    VisitRecordWithdrawn 501 "visit-record-withdrawn" "A published visit record was taken back."
}

impl LogSafe for AuditKind {
    fn log_word(&self) -> &'static str {
        self.word()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn no_two_kinds_share_a_number_or_a_word() {
        let ids: BTreeSet<u16> = AuditKind::ALL.iter().map(|kind| kind.id()).collect();
        let words: BTreeSet<&str> = AuditKind::ALL.iter().map(|kind| kind.word()).collect();
        assert_eq!((ids.len(), words.len()), (AuditKind::ALL.len(), AuditKind::ALL.len()));
    }

    /// Logs of years hold these words, and their hashes cover them.
    #[test]
    fn the_words_in_the_log_are_these_byte_for_byte() {
        let words: Vec<&str> = AuditKind::ALL.iter().map(|kind| kind.word()).collect();
        let stored = "session-started code-read share-arrived share-refused sharing-agreed sharing-declined session-ended \
            late-answer-dropped passcode-sent passcode-refused staff-signed-in pin-refused pin-locked review-opened \
            chart-searched review-locked document-looked-at chart-chosen person-chosen pin-released charts-matched wrong-person-said screen-closed check-in-confirmed check-in-accepted \
            check-in-needs-person check-in-resent ticket-printed ticket-not-printed check-in-shown check-in-sending \
            check-in-exported check-in-finished-by-hand check-in-kept kept-check-in-opened kept-check-in-discarded queue-shown check-in-withdrawn check-in-held undo-confirmed record-undone record-not-undone breach-facts-written kiosk-started store-damaged store-rolled-back audit-read \
            visit-record-shared visit-record-withdrawn";
        assert_eq!(words, stored.split(' ').collect::<Vec<_>>());
        assert!(AuditKind::ALL.iter().all(|kind| AuditKind::from_word(kind.word()) == Some(*kind)));
        assert_eq!(AuditKind::from_word("Session-Started"), None);
    }

    #[test]
    fn every_kind_is_explained_in_one_sentence() {
        for kind in AuditKind::ALL {
            assert!(kind.sentence().ends_with('.') && kind.sentence().len() < 120, "{}", kind.word());
        }
    }
}
