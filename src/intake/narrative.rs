//! Markup as plain text: the narrative of a resource (FHIR R4 2.1.0, XHTML), documents in HTML and XML, clinical documents
//! (HL7 CDA R2 4.3.5). Nothing is rendered and no tag survives; scripts and styles go with what is in them. What is struck out
//! stands between `~~`, and what is raised behind `^`: 10⁹ is not 109.

use encoding_rs::WINDOWS_1252;

/// Elements whose content is no text for people.
const SILENT: [&str; 8] = ["script", "style", "head", "template", "svg", "iframe", "object", "noscript"];
/// Elements that end a line, in XHTML and in CDA.
const LINES: [&str; 22] = [
    "tr",
    "caption",
    "p",
    "div",
    "ul",
    "ol",
    "table",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "br",
    "paragraph",
    "list",
    "dl",
    "dt",
    "dd",
    "pre",
    "section",
    "blockquote",
];
/// Elements inside a word or a line.
const INLINE: [&str; 23] = [
    "a", "abbr", "b", "big", "cite", "code", "content", "em", "font", "footnote", "i", "img", "ins", "linkhtml",
    "mark", "q", "small", "span", "strong", "sub", "sup", "tt", "u",
];
/// Elements whose content no longer counts.
const STRUCK: [&str; 3] = ["del", "s", "strike"];

/// The text of an XHTML fragment on one line: cells and lines apart, references resolved, everything between `<` and `>` gone.
pub(super) fn text_of(xhtml: &str) -> String {
    lines_of(xhtml, Shown::All).replace('\n', " ")
}

/// The text of a document in HTML or XML, line by line. Of a CDA document it is titles and texts of its sections, as its
/// author wants them read; the entries beside them say the same in codes.
pub(super) fn document_of(markup: &str) -> String {
    let first = first_element(markup).unwrap_or_default();
    let narrative = if first == "clinicaldocument" { lines_of(markup, Shown::Narrative) } else { String::new() };
    const OF_PAGES: [&str; 18] = [
        "", "html", "body", "meta", "link", "base", "title", "center", "main", "article", "header", "footer", "nav",
        "form", "hr", "li", "td", "th",
    ];
    let is_html = |name: &str| [&OF_PAGES[..], &SILENT, &LINES, &INLINE].iter().any(|known| known.contains(&name));
    if !narrative.is_empty() {
        narrative
    } else if is_html(&first) {
        lines_of(markup, Shown::All)
    } else {
        lines_of(markup, Shown::Parts)
    }
}

/// Whether a text begins as markup does.
pub(super) fn is_markup(text: &str) -> bool {
    let start = text.trim_start_matches('\u{FEFF}').trim_start();
    start.starts_with("<?xml") || first_element(start).is_some_and(|name| name == "html" || name == "clinicaldocument")
}

/// The local name of the element that a document begins with, in small letters.
fn first_element(markup: &str) -> Option<String> {
    let mut rest = markup.trim_start_matches('\u{FEFF}').trim_start();
    // A declaration, comments and instructions may stand before it.
    for _ in 0..16 {
        let end = if rest.starts_with("<!--") {
            "-->"
        } else if rest.starts_with("<?") || rest.starts_with("<!") {
            ">"
        } else {
            break;
        };
        rest = rest.split_once(end)?.1.trim_start();
    }
    rest.starts_with('<').then(|| local_name(rest.get(1..).unwrap_or_default()))
}

/// Which text is shown.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shown {
    /// All of a page.
    All,
    /// All of a record whose elements are its parts, whatever they are called.
    Parts,
    /// Titles and texts outside of entries.
    Narrative,
}

struct Text {
    said: String,
    shown: Shown,
    /// Elements open around here: titles and texts, and entries.
    narrative: usize,
    entries: usize,
    /// Of each `content` that is open, whether a revision took it out.
    revised: Vec<bool>,
}

impl Text {
    fn is_shown(&self) -> bool {
        self.shown != Shown::Narrative || (self.narrative > 0 && self.entries == 0)
    }

    fn push(&mut self, text: &str) {
        if self.is_shown() {
            self.said.push_str(text);
        }
    }
}

fn lines_of(markup: &str, shown: Shown) -> String {
    let mut rest = markup;
    let mut text = Text { said: String::new(), shown, narrative: 0, entries: 0, revised: Vec::new() };
    while let Some(start) = rest.find('<') {
        text_between(rest.get(..start).unwrap_or_default(), &mut text);
        rest = rest.get(start..).unwrap_or_default();
        // HTML 13.2.5.6: before anything else it is no tag but a sign.
        let begins = |letter: char| letter.is_ascii_alphabetic() || matches!(letter, '/' | '!' | '?');
        rest = if rest.get(1..).is_some_and(|rest| rest.starts_with(begins)) {
            after_tag(rest, &mut text)
        } else {
            text.push("<");
            rest.get(1..).unwrap_or_default()
        };
    }
    text_between(rest, &mut text);
    let lines = without_tags(&text.said);
    let lines = lines.split('\n').map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
    lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}

/// Line ends of the markup itself are spaces.
fn text_between(text: &str, into: &mut Text) {
    if into.is_shown() {
        let start = into.said.len();
        resolve(text, &mut into.said);
        if into.said.get(start..).is_some_and(|new| new.contains(['\n', '\r'])) {
            let new = into.said.split_off(start);
            into.said.push_str(&new.replace(['\n', '\r'], " "));
        }
    }
}

/// What a reference stood for must not become a tag. A sign before a space or a number is none, and stays: `< 5`.
fn without_tags(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut letters = text.chars().peekable();
    let mut before = ' ';
    while let Some(letter) = letters.next() {
        let next = letters.peek().copied().unwrap_or(' ');
        let is_number = |letter: char| letter.is_ascii_digit() || letter == '=';
        shown.push(match letter {
            '<' if !(next.is_whitespace() || is_number(next) || matches!(next, '.' | '-')) => '‹',
            '>' if !(before.is_whitespace() || is_number(next)) => '›',
            other => other,
        });
        before = letter;
    }
    shown
}

/// The name of a tag without its prefix, in small letters.
fn local_name(tag: &str) -> String {
    let is_of_name = |letter: &char| letter.is_ascii_alphanumeric() || matches!(letter, ':' | '-' | '_' | '.');
    let name: String = tag.chars().take_while(is_of_name).take(64).collect();
    let name = name.rsplit(':').next().unwrap_or_default();
    name.to_ascii_lowercase()
}

/// Steps over the tag that `rest` begins with; a tag without an end swallows the rest.
fn after_tag<'a>(rest: &'a str, text: &mut Text) -> &'a str {
    let behind = |end: &str| rest.find(end).map_or("", |at| rest.get(at + end.len()..).unwrap_or_default());
    if rest.starts_with("<!--") {
        return behind("-->");
    }
    if rest.starts_with("<![CDATA[") {
        return behind("]]>");
    }
    let closes = rest.starts_with("</");
    let name = local_name(rest.get(1 + usize::from(closes)..).unwrap_or_default());
    let body = behind(">");
    let tag = rest.get(..rest.len() - body.len()).unwrap_or_default();
    let is_empty = tag.ends_with("/>");
    if SILENT.contains(&name.as_str()) && !is_empty && !closes {
        return after_closing(body, &name);
    }
    if !is_empty {
        let change = |count: usize| if closes { count.saturating_sub(1) } else { count + 1 };
        match name.as_str() {
            "entry" => text.entries = change(text.entries),
            // A body that is no text stands in base64 (HL7 V3 data type ED).
            "text" if !closes && tag.contains("B64") => return after_closing(body, &name),
            "title" | "text" => {
                text.push("\n");
                text.narrative = change(text.narrative);
                text.push("\n");
            }
            _ => {}
        }
    }
    let is_revised = match (name.as_str(), closes) {
        ("content", false) if !is_empty => {
            let is_revised = tag.contains("revised=\"delete\"");
            text.revised.push(is_revised);
            is_revised
        }
        ("content", true) => text.revised.pop().unwrap_or(false),
        _ => false,
    };
    text.push(match name.as_str() {
        _ if text.shown == Shown::Parts => " ",
        "td" | "th" if closes => " | ",
        "li" | "item" if !closes => "\n• ",
        "sup" if !closes => "^",
        name if STRUCK.contains(&name) || is_revised => "~~",
        name if LINES.contains(&name) => "\n",
        name if INLINE.contains(&name) => "",
        // Elements of XML stand for parts of a record.
        _ => " ",
    });
    body
}

/// What stands behind the end of an element; nothing where it has none.
fn after_closing<'a>(body: &'a str, name: &str) -> &'a str {
    let mut rest = body;
    while let Some(at) = rest.find("</") {
        rest = rest.get(at + 2..).unwrap_or_default();
        if local_name(rest) == name {
            return rest.split_once('>').map_or("", |(_, behind)| behind);
        }
    }
    ""
}

/// Character references: those of XML, the letters and signs of HTML that people write with, and numbers.
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

/// Names of HTML 13.5 for U+00A0 to U+00FF, in order.
const LATIN: &str = "nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 acute \
    micro para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil Egrave \
    Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave Uacute Ucirc Uuml \
    Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc euml igrave iacute icirc iuml eth \
    ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute thorn yuml";
/// Further ones, each with its letter.
const OTHERS: &str = "lt< gt> amp& quot\" apos' euro€ ndash– mdash— lsquo‘ rsquo’ sbquo‚ ldquo“ rdquo” bdquo„ hellip… bull• \
    trade™ le≤ ge≥ ne≠ asymp≈ minus− infin∞ larr← rarr→ uarr↑ darr↓ harr↔ radic√ sum∑ permil‰ prime′ Prime″ dagger† Dagger‡ \
    OEligŒ oeligœ ScaronŠ scaronš alphaα betaβ gammaγ deltaδ epsilonε kappaκ lambdaλ muμ \
    piπ sigmaσ tauτ omegaω DeltaΔ OmegaΩ";

fn reference(name: &str) -> Option<char> {
    let Some(number) = name.strip_prefix('#') else {
        if name == "nbsp" {
            return Some(' ');
        }
        let latin = LATIN.split_whitespace().position(|known| known == name).and_then(|at| u32::try_from(at).ok());
        let other = || {
            OTHERS.split_whitespace().find_map(|known| {
                let mut letters = known.strip_prefix(name)?.chars();
                letters.next().filter(|_| letters.next().is_none())
            })
        };
        return latin.and_then(|at| char::from_u32(0xA0 + at)).or_else(other).filter(|_| !name.is_empty());
    };
    let hex = number.strip_prefix(['x', 'X']).map(|hex| u32::from_str_radix(hex, 16));
    let number = hex.unwrap_or_else(|| number.parse()).ok()?;
    match u8::try_from(number) {
        // HTML 13.2.5.80: numbers of controls are those of windows-1252.
        Ok(byte @ 0x80..=0x9F) => WINDOWS_1252.decode_without_bom_handling(&[byte]).0.chars().next(),
        _ => char::from_u32(number),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_and_lists_stay_readable() {
        let table = "<div xmlns=\"http://www.w3.org/1999/xhtml\"><table><tr><th>Drug</th><th>Dose</th></tr>\
            <tr><td>A &amp; B</td><td>5&#160;mg &lt; 6</td></tr></table><ul><li>one</li><li>two</li></ul></div>";
        assert_eq!(text_of(table), "Drug | Dose | A & B | 5 mg < 6 | • one • two");
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
            let begins_tag =
                |(at, _): (usize, &str)| text[at + 1..].starts_with(|letter: char| !letter.is_whitespace());
            assert!(!text.match_indices('<').any(begins_tag) && !text.contains('>'), "{snippet}: {text}");
            assert!(!text.contains("onerror") && !text.contains("@import"), "{snippet}: {text}");
        }
    }

    #[test]
    fn a_narrative_without_end_is_bounded() {
        assert_eq!(text_of(&"<b>x</b>".repeat(1_000_000)).len(), 1_000_000, "to its end");
        assert_eq!(text_of(&"<".repeat(1_000_000)).chars().count(), 1_000_000);
        let many = "<script></script>".repeat(100_000);
        assert_eq!(document_of(&many), "", "no time is lost with it");
        assert_eq!(text_of(&"&".repeat(1_000)).len(), 1_000);
    }

    #[test]
    fn signs_stay_signs_and_what_is_raised_or_struck_is_seen_to_be() {
        let cases = [
            ("<p>ferritin < 15 ng/mL or >300</p>", "ferritin < 15 ng/mL or >300"),
            ("<p>pH &lt; 7.2, HCO3 &gt;= 30, x &lt;5</p>", "pH < 7.2, HCO3 >= 30, x <5"),
            ("leukocytes 4.1 &times; 10<sup>9</sup>/L", "leukocytes 4.1 × 10^9/L"),
            ("<p>take <del>20</del> <ins>10</ins> mg</p>", "take ~~20~~ 10 mg"),
            (
                "caf&eacute; 5&nbsp;&micro;g &ndash; 37&deg;C &#150; &#x2265;3 &le; 4 &hellip; &mu; &unknown; & so",
                "café 5 µg – 37°C – ≥3 ≤ 4 … μ &unknown; & so",
            ),
            ("H<sub>2</sub>O and <b>bo</b>ld", "H2O and bold"),
        ];
        for (markup, expected) in cases {
            assert_eq!(document_of(markup), expected, "{markup}");
        }
    }

    #[test]
    fn documents_keep_their_lines() {
        let html = "<!DOCTYPE html><html><head><title>no</title></head><body><h1>Plan</h1><p>Walk\n daily.</p><ul><li>rest<li>water</ul></body></html>";
        assert_eq!(document_of(html), "Plan\nWalk daily.\n• rest\n• water");
        assert!(
            is_markup(html)
                && is_markup("\u{FEFF}<?xml version='1.0'?><a/>")
                && !is_markup("< 5 mg")
                && !is_markup("<foot clinic>")
        );
        assert_eq!(document_of("<?xml version='1.0'?><r><drug>Digoxin</drug><dose>1</dose></r>"), "Digoxin 1");
    }

    #[test]
    fn a_clinical_document_is_read_as_its_author_wants_it_read() {
        let cda = r#"<?xml version="1.0"?><?xml-stylesheet href="x.xsl"?><!-- made by X --><n:ClinicalDocument xmlns:n="urn:hl7-org:v3">
            <n:id root="1.2"/><n:title>Transfer</n:title><n:recordTarget><n:given>Not this</n:given></n:recordTarget><n:section>
            <n:title>Medicines</n:title><n:text><n:table><n:thead><n:tr><n:th>Drug</n:th><n:th>How</n:th></n:tr></n:thead>
            <n:tr><n:td><n:content ID="d1">Digoxin</n:content></n:td><n:td>at night</n:td></n:tr></n:table>
            <n:list><n:item>none <n:content revised="delete">today</n:content></n:item></n:list></n:text>
            <n:entry><n:substanceAdministration><n:text>again</n:text></n:substanceAdministration></n:entry></n:section>
            <n:nonXMLBody><n:text mediaType="application/pdf" representation="B64">JVBERi0=</n:text></n:nonXMLBody></n:ClinicalDocument>"#;
        assert_eq!(document_of(cda), "Transfer\nMedicines\nDrug | How |\nDigoxin | at night |\n• none ~~today~~");
    }
}
