//! A payload, member by member: what it says and whether the rule of the member holds. For explanations; the link itself is
//! read by `payload`, with the same functions.

use super::LinkDefect;
use super::payload::{check_version, read_expiry, read_flags, read_key, read_url};
use serde_json::Value;

/// One member of a payload.
#[derive(Debug)]
pub struct Member<'a> {
    /// Its name.
    pub name: &'static str,
    /// The rule, in a few words.
    pub rule: &'static str,
    /// What it says, as far as that reveals nothing, or which rule it breaks.
    pub found: Result<String, LinkDefect>,
    /// Its value.
    pub value: &'a Value,
}

/// Every member that the standard knows, in the standard's order; then how many others there are.
pub fn anatomy_of(payload: &Value) -> (Vec<Member<'_>>, usize) {
    let member = |name, rule, found| Member { name, rule, found, value: &payload[name] };
    let members = vec![
        member("v", "1, or missing", check_version(&payload["v"]).map(|()| "version 1".to_owned())),
        member("url", "https for us, at most 128 characters, at least 256 bits of entropy", address(&payload["url"])),
        member("key", "43 characters of base64url, 32 bytes", key(&payload["key"])),
        member("exp", "a number of seconds since 1970", expiry(&payload["exp"])),
        member("flag", "letters of L, P, U; never U with P", flags(&payload["flag"])),
        member("label", "at most 80 characters", Ok(label(&payload["label"]))),
    ];
    let known = |name: &String| members.iter().any(|member| member.name == name.as_str());
    let others = payload.as_object().map_or(0, |object| object.keys().filter(|name| !known(name)).count());
    (members, others)
}

fn address(member: &Value) -> Result<String, LinkDefect> {
    /// 256 bits in base64url.
    const UNGUESSABLE: usize = 43;
    let (url, host) = read_url(member)?;
    let (url, chars) = (url.reveal(), url.reveal().chars().count());
    let behind = url.find(&host).map_or(0, |at| url.len() - at - host.len());
    let short = if behind < UNGUESSABLE { "; too short behind the host to be unguessable" } else { "" };
    Ok(format!("https, host {host}, {chars} characters{short}"))
}

fn expiry(member: &Value) -> Result<String, LinkDefect> {
    Ok(match read_expiry(member)? {
        None => "missing".to_owned(),
        Some(expiry) => {
            let text = if expiry.was_text { ", as text instead of a number" } else { "" };
            let millis = if expiry.was_millis { ", in milliseconds instead of seconds" } else { "" };
            format!("{}{text}{millis}", expiry.at)
        }
    })
}

fn key(member: &Value) -> Result<String, LinkDefect> {
    let (_, was_padded) = read_key(member)?;
    Ok(if was_padded { "32 bytes, with a sign of padding" } else { "32 bytes" }.to_owned())
}

fn flags(member: &Value) -> Result<String, LinkDefect> {
    let flags = read_flags(member)?;
    let letters = if flags.letters().is_empty() { "none" } else { flags.letters() };
    Ok(match flags.others() {
        0 => letters.to_owned(),
        others => format!("{letters}, and {others} letters that are ignored"),
    })
}

fn label(member: &Value) -> String {
    match member {
        Value::Null => "missing".to_owned(),
        Value::String(label) => match label.chars().count() {
            chars @ 81.. => format!("{chars} characters, of which 80 are shown"),
            chars => format!("{chars} characters"),
        },
        _ => "not text, ignored".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn each_member_says_what_it_is_and_reveals_no_secret() {
        let payload = json!({"url": format!("https://s.example.org/{}", "Q".repeat(43)), "key": "A".repeat(43),
            "exp": "1767225600000", "flag": "PXL", "label": "Canary", "labelzzz": 1});
        let (members, others) = anatomy_of(&payload);
        let found: Vec<String> = members.iter().map(|member| member.found.clone().expect("holds")).collect();
        assert_eq!(
            found,
            [
                "version 1",
                "https, host s.example.org, 65 characters",
                "32 bytes",
                "2026-01-01T00:00:00.000Z, as text instead of a number, in milliseconds instead of seconds",
                "LP, and 1 letters that are ignored",
                "6 characters"
            ]
        );
        assert_eq!(others, 1);
        let broken = json!({"url": "http://x", "key": 1, "exp": true, "flag": "UP", "v": 2});
        let defects: Vec<_> = anatomy_of(&broken).0.into_iter().filter_map(|member| member.found.err()).collect();
        use LinkDefect::{Address, Expiry, Flags, Key, Version};
        assert_eq!(defects, [Version, Address, Key, Expiry, Flags]);
    }
}
