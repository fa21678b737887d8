//! Any text as a card: it is verified only when OpenSSL agrees that the issuer signed it, and only within its dates.
#![no_main]

use ktc_fuzz::{issuer, now};
use ktc_kiosk::health_card::{HealthCard, verify};
use ktc_kiosk::jws::CompactJws;
use ktc_kiosk::limits::Budget;

libfuzzer_sys::fuzz_target!(|text: &str| {
    let Ok(jws) = CompactJws::read(text) else { return };
    let _never_panics = HealthCard::issuer_of_damaged(&jws);
    let by_issuer = issuer::signed(text);
    assert_eq!(issuer::keys().find(issuer::KID).expect("the key").signed(&jws), by_issuer);
    let Ok(card) = HealthCard::read(jws, &mut Budget::for_one_share()) else { return };
    let dated = card.check_dates(now()).is_ok();
    let named = card.kid() == issuer::KID;
    assert_eq!(verify(card, &issuer::keys(), None, now()).is_ok(), by_issuer && dated && named);
});
