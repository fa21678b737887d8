//! Narrative (FHIR R4 2.1.0, XHTML) as plain text. Nothing is rendered and no tag survives; scripts and styles go with what
//! is in them. Shown only where a resource says nothing else.

/// More of a narrative than this is not read.
const MAX_BYTES: usize = 200_000;
/// Elements whose content is no text for people.
const SILENT: [&str; 8] = ["script", "style", "head", "template", "svg", "iframe", "object", "noscript"];

/// The text of an XHTML fragment: cells and lines apart, references resolved, everything between `<` and `>` gone.
pub(super) fn text_of(xhtml: &str) -> String {
    let end = (0..=MAX_BYTES.min(xhtml.len())).rev().find(|end| xhtml.is_char_boundary(*end)).unwrap_or(0);
    let mut rest = xhtml.get(..end).unwrap_or_default();
    let mut text = String::new();
    while let Some(start) = rest.find('<') {
        resolve(rest.get(..start).unwrap_or_default(), &mut text);
        rest = rest.get(start..).unwrap_or_default();
        rest = after_tag(rest, &mut text);
    }
    resolve(rest, &mut text);
    // What a reference stood for must not become a tag either.
    text.replace('<', "‹").replace('>', "›").split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Steps over the tag that `rest` begins with; a tag without an end swallows the rest.
fn after_tag<'a>(rest: &'a str, text: &mut String) -> &'a str {
    let behind = |end: &str| rest.find(end).map_or("", |at| rest.get(at + end.len()..).unwrap_or_default());
    if rest.starts_with("<!--") {
        return behind("-->");
    }
    if rest.starts_with("<![CDATA[") {
        return behind("]]>");
    }
    let name: String =
        rest.chars().skip(1).take_while(char::is_ascii_alphanumeric).take(16).collect::<String>().to_ascii_lowercase();
    let body = behind(">");
    if SILENT.contains(&name.as_str()) && !rest.get(..rest.len() - body.len()).unwrap_or_default().ends_with("/>") {
        let closing = format!("</{name}");
        let close = body.to_ascii_lowercase().find(&closing);
        return close.map_or("", |at| {
            let close = body.get(at..).unwrap_or_default();
            close.find('>').map_or("", |end| close.get(end + 1..).unwrap_or_default())
        });
    }
    let closes = rest.starts_with("</");
    let name =
        if closes { rest.chars().skip(2).take_while(char::is_ascii_alphanumeric).take(16).collect() } else { name };
    text.push_str(match (name.to_ascii_lowercase().as_str(), closes) {
        ("td" | "th", true) => " | ",
        ("li", false) => " • ",
        ("tr" | "caption" | "p" | "div" | "ul" | "ol" | "table" | "h1" | "h2" | "h3" | "h4" | "br", _) => " ",
        _ => "",
    });
    body
}

/// Character references: the five of XML, the no-break space, and numbers.
fn resolve(text: &str, into: &mut String) {
    let mut rest = text;
    while let Some(start) = rest.find('&') {
        into.push_str(rest.get(..start).unwrap_or_default());
        rest = rest.get(start..).unwrap_or_default();
        let end = rest.bytes().take(12).position(|byte| byte == b';');
        let named = end.and_then(|end| Some((reference(rest.get(1..end)?)?, end)));
        match named {
            Some((letter, end)) => {
                into.push(letter);
                rest = rest.get(end + 1..).unwrap_or_default();
            }
            None => {
                into.push('&');
                rest = rest.get(1..).unwrap_or_default();
            }
        }
    }
    into.push_str(rest);
}

fn reference(name: &str) -> Option<char> {
    match name {
        "lt" => Some('<'),
        "gt" => Some('>'),
        "amp" => Some('&'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        "nbsp" => Some(' '),
        _ => {
            let number = name.strip_prefix('#')?;
            let hex = number.strip_prefix(['x', 'X']).map(|hex| u32::from_str_radix(hex, 16));
            char::from_u32(hex.unwrap_or_else(|| number.parse()).ok()?)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_and_lists_stay_readable() {
        let table = "<div xmlns=\"http://www.w3.org/1999/xhtml\"><table><tr><th>Drug</th><th>Dose</th></tr>\
            <tr><td>A &amp; B</td><td>5&#160;mg &lt; 6</td></tr></table><ul><li>one</li><li>two</li></ul></div>";
        assert_eq!(text_of(table), "Drug | Dose | A & B | 5 mg ‹ 6 | • one • two");
    }

    #[test]
    fn no_tag_and_no_script_of_a_hostile_narrative_survives() {
        let hostile = [
            "<script>alert(1)</script>",
            "<SCRIPT SRC=//x.example></SCRIPT>",
            "<scr<script>ipt>alert(1)</script>",
            "<img src=x onerror=alert(1)>",
            "<svg/onload=alert(1)>",
            "<svg><script>alert(1)</script></svg>",
            "<a href=\"javascript:alert(1)\">",
            "<style>@import 'x'</style>",
            "<iframe src=\"javascript:alert(1)\"></iframe>",
            "<<script>alert(1)//<</script>",
            "<script>alert(1)",
            "<img \"\"\"><script>alert(1)</script>\">",
            "&lt;script&gt;",
            "&#60;script&#62;",
            "&#x3C;img src=x&#x3E;",
            "<!--[if gte IE 4]><script>alert(1)</script><![endif]-->",
            "<body onload=alert(1)>",
            "<object data=\"data:text/html;base64,PHNj\"></object>",
            "<math><mtext></mtext></math>",
            "<![CDATA[<script>alert(1)</script>]]>",
            "<div style=\"background:url(javascript:alert(1))\">",
            "<\0script>",
        ];
        for snippet in hostile {
            let text = text_of(&format!("<div>before {snippet} </div>"));
            assert!(text.starts_with("before"), "{snippet}: {text}");
            assert!(!text.contains(['<', '>']), "{snippet}: {text}");
            assert!(!text.contains("onerror") && !text.contains("@import"), "{snippet}: {text}");
        }
    }

    #[test]
    fn a_narrative_without_end_is_bounded() {
        assert!(text_of(&"<b>x</b>".repeat(1_000_000)).len() <= MAX_BYTES);
        assert_eq!(text_of(&"<".repeat(1_000_000)), "");
        assert_eq!(text_of(&"&".repeat(1_000)).len(), 1_000);
    }
}
