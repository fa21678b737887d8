//! A small valid PDF: one Letter page, Helvetica, a heading and lines of text.
//!
//! Text is WinAnsi, so Western European accents show; other characters become `?`.

use std::fmt::Write as _;

/// Writes a one-page PDF 1.4 file.
#[must_use]
pub fn one_page(heading: &str, lines: &[String]) -> Vec<u8> {
    let mut content = format!("BT /F1 18 Tf 72 720 Td ({}) Tj /F2 11 Tf 0 -30 Td 15 TL\n", escaped(heading));
    for line in lines {
        let _ = writeln!(content, "({}) Tj T*", escaped(line));
    }
    content.push_str("ET");

    let font = |name: &str| format!("<< /Type /Font /Subtype /Type1 /BaseFont /{name} /Encoding /WinAnsiEncoding >>");
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R \
         /Resources << /Font << /F1 5 0 R /F2 6 0 R >> >> >>"
            .to_owned(),
        format!("<< /Length {} >>\nstream\n{content}\nendstream", content.len()),
        font("Helvetica-Bold"),
        font("Helvetica"),
    ];
    assemble(&objects)
}

/// Numbered objects, then the cross-reference table with the byte offset of each, then the trailer.
#[must_use]
pub fn assemble(objects: &[String]) -> Vec<u8> {
    let mut file = String::from("%PDF-1.4\n");
    let mut offsets = Vec::new();
    for (index, object) in objects.iter().enumerate() {
        offsets.push(file.len());
        let _ = write!(file, "{} 0 obj\n{object}\nendobj\n", index + 1);
    }
    let table_at = file.len();
    let entries = objects.len() + 1;
    let _ = write!(file, "xref\n0 {entries}\n0000000000 65535 f \n");
    for offset in offsets {
        let _ = writeln!(file, "{offset:010} 00000 n ");
    }
    let _ = write!(file, "trailer\n<< /Size {entries} /Root 1 0 R >>\nstartxref\n{table_at}\n%%EOF\n");
    file.into_bytes()
}

/// A PDF string literal in pure ASCII, so that byte offsets and characters agree.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for character in text.chars() {
        match character {
            '(' | ')' | '\\' => out.extend(['\\', character]),
            ' '..='~' => out.push(character),
            '\u{a0}'..='\u{ff}' => {
                let _ = write!(out, "\\{:03o}", u32::from(character));
            }
            _ => out.push('?'),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cross_reference_points_at_the_objects() {
        let file = String::from_utf8(one_page("Chloé (test)", &["1.50 tablets".to_owned()])).expect("ASCII");
        assert!(file.is_ascii() && file.contains("Chlo\\351 \\(test\\)"));
        let table = file.split("xref\n0 7\n").nth(1).expect("table");
        for (index, row) in table.lines().skip(1).take(6).enumerate() {
            let offset: usize = row[..10].parse().expect("offset");
            assert!(file[offset..].starts_with(&format!("{} 0 obj", index + 1)));
        }
    }
}
