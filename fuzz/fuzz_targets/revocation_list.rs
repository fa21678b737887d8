//! A revocation list against a plain reading of the rule: listed, and not issued after the time in the list.
#![no_main]

use ktc_fuzz::issuer::KID;
use ktc_kiosk::time::Timestamp;
use ktc_kiosk::trust::RevocationList;
use serde_json::Value;

libfuzzer_sys::fuzz_target!(|input: (i32, &[u8])| {
    let (issued, body) = input;
    let Ok(list) = RevocationList::read(body, KID) else { return };
    let json: Value = serde_json::from_slice(body).expect("a list is JSON");
    assert_eq!((json["kid"].as_str(), json["method"].as_str()), (Some(KID), Some("rid")));
    let at = Timestamp::from_unix_millis(i64::from(issued) * 1000);
    let entries: Vec<&str> =
        json["rids"].as_array().expect("rids").iter().map(|rid| rid.as_str().expect("text")).collect();
    for entry in &entries {
        let rid = entry.split('.').next().unwrap_or_default();
        let revoked = entries.iter().any(|entry| match entry.strip_prefix(rid) {
            Some("") => true,
            Some(rest) => rest
                .strip_prefix('.')
                .and_then(|time| time.parse::<u32>().ok())
                .is_some_and(|time| i64::from(issued) < i64::from(time)),
            None => false,
        });
        assert_eq!(list.revokes(rid, at), revoked, "{entry}");
    }
});
