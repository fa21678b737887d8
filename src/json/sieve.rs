//! The text of a JSON document with its large attachments left out, where all of it is more than there is room for.
//!
//! It looks at nothing but where texts begin and end, so that it can be fed piece by piece while something inflates; what comes
//! out is read by every rule afterwards. Left out are texts of members called `data` (FHIR R4 Attachment, Binary). In the place
//! of each stands what says so, as an extension on the missing element (FHIR R4 2.6.0.8).

/// A shorter one is kept like everything else.
const LARGE: usize = 16_384;
/// The member.
const NAME: &[u8] = b"data";
/// In the place of the member.
const MARK: &str = r#""_data":{"extension":[{"url":"urn:ktc-kiosk:left-out","valueCode":"too-large"}]}"#;
/// By which the mark is known.
pub(crate) const LEFT_OUT: &str = "urn:ktc-kiosk:left-out";

/// What stands where in a text of any length.
#[derive(Debug, Default)]
pub(crate) struct Sieve {
    inside: bool,
    escaped: bool,
    /// Bytes of the text that is open.
    length: usize,
    /// The beginning of it, as far as it may be the name.
    start: Vec<u8>,
    /// The text before was the name, or the name and a colon.
    named: Named,
    /// The text that is open belongs to the member.
    is_data: bool,
    /// Bytes of each such text so far, in order.
    data: Vec<usize>,
    /// Bytes of the large ones among them.
    large: usize,
    all: usize,
    kept: Option<Kept>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Named {
    #[default]
    No,
    Name,
    Colon,
}

/// What is written while it goes on.
#[derive(Debug)]
struct Kept {
    out: Vec<u8>,
    /// For each text of the member whether it stays.
    stays: Vec<bool>,
    /// Where the name of the member begins that was read last.
    name_at: usize,
    is_dropping: bool,
}

impl Sieve {
    /// One that only counts.
    pub(crate) fn counting() -> Sieve {
        Sieve::default()
    }

    /// One that writes what stays, as an earlier one has counted and `room` allows: everything else first, then attachments in
    /// order. `None` where not even everything else has room.
    pub(crate) fn writing(counted: &Sieve, room: usize) -> Option<Sieve> {
        let large = counted.data.iter().filter(|length| **length > LARGE).count();
        let mut left = room.checked_sub(counted.smallest() + large * MARK.len())?;
        let mut length_of_all = counted.smallest();
        let stays = counted.data.iter().map(|length| match left.checked_sub(*length) {
            _ if *length <= LARGE => true,
            None => false,
            Some(rest) => {
                (left, length_of_all) = (rest, length_of_all + length);
                true
            }
        });
        let stays: Vec<bool> = stays.collect();
        let marks = stays.iter().filter(|stays| !**stays).count() * MARK.len();
        let out = Vec::with_capacity(length_of_all + marks);
        Some(Sieve { kept: Some(Kept { out, stays, name_at: 0, is_dropping: false }), ..Sieve::default() })
    }

    /// One that writes everything but large attachments.
    fn of_the_rest(counted: &Sieve) -> Sieve {
        let stays: Vec<bool> = counted.data.iter().map(|length| *length <= LARGE).collect();
        let marks = stays.iter().filter(|stays| !**stays).count() * MARK.len();
        let out = Vec::with_capacity(counted.smallest() + marks);
        Sieve { kept: Some(Kept { out, stays, name_at: 0, is_dropping: false }), ..Sieve::default() }
    }

    /// What is not part of a large attachment, so far.
    pub(crate) fn smallest(&self) -> usize {
        self.all - self.large
    }

    /// All bytes so far.
    pub(crate) fn all(&self) -> usize {
        self.all
    }

    /// What was written, and whether anything was left out.
    pub(crate) fn into_written(self) -> (Vec<u8>, bool) {
        let (out, stays) = self.kept.map(|kept| (kept.out, kept.stays)).unwrap_or_default();
        (out, stays.contains(&false))
    }

    /// Goes on with the next bytes.
    pub(crate) fn push(&mut self, mut bytes: &[u8]) {
        self.all += bytes.len();
        while !bytes.is_empty() {
            let taken = if self.inside { self.text(bytes) } else { self.between(bytes) };
            bytes = bytes.get(taken..).unwrap_or_default();
        }
    }

    /// Inside a text: to its end or that of the bytes. How many were taken.
    fn text(&mut self, bytes: &[u8]) -> usize {
        if std::mem::take(&mut self.escaped) {
            self.take_text(bytes.get(..1).unwrap_or_default());
            return 1;
        }
        let plain = bytes.iter().position(|byte| matches!(byte, b'"' | b'\\')).unwrap_or(bytes.len());
        if plain > 0 {
            self.take_text(bytes.get(..plain).unwrap_or_default());
            return plain;
        }
        if bytes.first() == Some(&b'\\') {
            self.escaped = true;
            self.take_text(b"\\");
            return 1;
        }
        self.inside = false;
        if std::mem::take(&mut self.is_data) {
            if let Some(kept) = &mut self.kept
                && std::mem::take(&mut kept.is_dropping)
            {
                return 1;
            }
        } else if self.start == NAME && self.length == NAME.len() {
            self.named = Named::Name;
            if let Some(kept) = &mut self.kept {
                kept.name_at = kept.out.len().saturating_sub(NAME.len() + 1);
            }
        }
        self.write(b"\"");
        1
    }

    fn take_text(&mut self, bytes: &[u8]) {
        self.length += bytes.len();
        if self.start.len() <= NAME.len() {
            self.start.extend(bytes.iter().take(NAME.len() + 1 - self.start.len()));
        }
        if self.is_data
            && let Some(last) = self.data.last_mut()
        {
            let before = if *last > LARGE { *last } else { 0 };
            *last += bytes.len();
            self.large += if *last > LARGE { *last - before } else { 0 };
        }
        self.write(bytes);
    }

    /// Outside of texts: to the next quotation mark.
    fn between(&mut self, bytes: &[u8]) -> usize {
        let plain = bytes.iter().position(|byte| *byte == b'"').unwrap_or(bytes.len());
        let between = bytes.get(..plain).unwrap_or_default();
        for byte in between.iter().filter(|byte| !byte.is_ascii_whitespace()) {
            self.named = if *byte == b':' && self.named == Named::Name { Named::Colon } else { Named::No };
        }
        if plain > 0 {
            self.write(between);
            return plain;
        }
        (self.inside, self.length) = (true, 0);
        self.start.clear();
        self.is_data = std::mem::take(&mut self.named) == Named::Colon;
        if self.is_data {
            self.data.push(0);
            let number = self.data.len() - 1;
            if let Some(kept) = &mut self.kept
                && kept.stays.get(number) == Some(&false)
            {
                kept.is_dropping = true;
                kept.out.truncate(kept.name_at);
                kept.out.extend_from_slice(MARK.as_bytes());
                return 1;
            }
        }
        self.write(b"\"");
        1
    }

    fn write(&mut self, bytes: &[u8]) {
        if let Some(kept) = &mut self.kept
            && !kept.is_dropping
        {
            kept.out.extend_from_slice(bytes);
        }
    }
}

/// The text with attachments left out as far as `room` demands; `None` where the rest has no room either.
pub(crate) fn sieved(json: &[u8], room: usize) -> Option<(Vec<u8>, bool)> {
    let mut counting = Sieve::counting();
    counting.push(json);
    let mut writing = Sieve::writing(&counting, room)?;
    writing.push(json);
    Some(writing.into_written())
}

/// The text without any large attachment.
pub(crate) fn without_attachments(json: &[u8]) -> Vec<u8> {
    let mut counting = Sieve::counting();
    counting.push(json);
    let mut writing = Sieve::of_the_rest(&counting);
    writing.push(json);
    writing.into_written().0
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn document(name: &str, bytes: usize) -> Value {
        json!({"resourceType": "DocumentReference", "id": name,
            "content": [{"attachment": {"contentType": "application/pdf", "data": "A".repeat(bytes), "title": "\"data\":"}}]})
    }

    fn left_out(json: &Value) -> bool {
        json["content"][0]["attachment"]["_data"]["extension"][0]["url"] == LEFT_OUT
    }

    #[test]
    fn everything_else_comes_first_and_then_attachments_in_order() {
        let first = document("first", 200_000);
        let json = json!([first, document("second", 90_000), {"data": "short", "x": "data", "note": "\\\"data\\\":\""},
            document("third", 40_000)]);
        let text = json.to_string();
        let read = |room: usize| {
            let (text, any) = sieved(text.as_bytes(), room)?;
            assert!(text.len() <= room);
            let value: Value = serde_json::from_slice(&text).expect("JSON");
            assert_eq!(value[2], json[2], "what is small stays");
            let documents = [&value[0], &value[1], &value[3]];
            assert_eq!(any, documents.iter().any(|it| left_out(it)));
            for (left, whole) in documents.iter().zip([&json[0], &json[1], &json[3]]) {
                assert!(left_out(left) || *left == whole);
                assert_eq!(left["content"][0]["attachment"]["title"], "\"data\":");
            }
            Some(documents.map(left_out))
        };
        assert_eq!(read(text.len() + 1_000), Some([false, false, false]));
        assert_eq!(read(250_000), Some([false, true, false]));
        assert_eq!(read(150_000), Some([true, false, false]));
        assert_eq!(read(3_000), Some([true, true, true]));
        assert_eq!(read(500), None);
    }

    #[test]
    fn it_makes_no_difference_where_the_pieces_break() {
        let text = json!([document("a", 20_000), {"data": "\u{e9}\\\n"}, document("b", 30_000)]).to_string();
        let expected = sieved(text.as_bytes(), 25_000).expect("room");
        for piece in [1, 2, 3, 7, 1_000] {
            let mut counting = Sieve::counting();
            text.as_bytes().chunks(piece).for_each(|piece| counting.push(piece));
            let mut writing = Sieve::writing(&counting, 25_000).expect("room");
            text.as_bytes().chunks(piece).for_each(|piece| writing.push(piece));
            assert_eq!(writing.into_written(), expected);
        }
    }

    #[test]
    fn what_is_no_json_comes_out_as_it_went_in_or_not_at_all() {
        for text in ["", "\"", "{\"data\":\"", "\\\"data\":", "data:\"x\"", "{\"data\":{\"data\":[\"x\"]}}"] {
            assert_eq!(sieved(text.as_bytes(), 1_000), Some((text.as_bytes().to_vec(), false)), "{text}");
        }
        assert_eq!(sieved(&vec![b'['; 2_000], 1_000), None);
    }
}
