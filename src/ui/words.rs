//! The one way of a text to the glass. Letters that the fonts cannot draw right are written out here (note 33); the
//! accessibility tree has the text as it was said.

use super::theme::{FIRST_FACE, WIDE_FACE};
use crate::text::drawn;
use egui::accesskit::Role;
use egui::epaint::text::ByteRangeExt as _;
use egui::text::{LayoutJob, TextFormat};
use egui::{Color32, FontFamily, FontId, Galley, Label, Response, TextWrapMode, Ui, WidgetInfo};
use std::sync::Arc;

/// A text in parts, each in its font and colour.
#[derive(Default)]
pub struct Words {
    job: LayoutJob,
    said: String,
}

impl Words {
    /// A text of one part.
    pub fn new(font: FontId, colour: Color32, text: &str) -> Words {
        Words::default().then(font, colour, text)
    }

    /// The same with one more part.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "here, and nowhere else, a text becomes what is drawn")]
    pub fn then(mut self, font: FontId, colour: Color32, text: &str) -> Words {
        self.said.push_str(text);
        self.job.append(&drawn(text), 0.0, TextFormat::simple(font, colour));
        self
    }

    /// Draws them as a label.
    #[expect(clippy::disallowed_methods, reason = "here, and nowhere else, a text becomes what is drawn")]
    pub fn show(self, ui: &mut Ui, wrap: TextWrapMode) -> Response {
        let (job, said) = self.laid_out(ui);
        let response = ui.add(Label::new(job).wrap_mode(wrap));
        if !said.is_ascii() {
            response.widget_info(|| WidgetInfo::labeled(Role::Label, ui.is_enabled(), &said));
        }
        response
    }

    /// Laid out in this width, to be painted by the caller, who tells the accessibility tree.
    pub fn galley(self, ui: &Ui, width: f32) -> Arc<Galley> {
        let (mut job, _) = self.laid_out(ui);
        job.wrap.max_width = width.max(1.0);
        ui.painter().layout_job(job)
    }

    /// A part is set in one face: in that of many letters as soon as the first one lacks one of its letters.
    fn laid_out(mut self, ui: &Ui) -> (LayoutJob, String) {
        if !self.job.text.is_ascii() {
            let first = FontFamily::Name(FIRST_FACE.into());
            for section in &mut self.job.sections {
                let font = FontId::new(section.format.font_id.size, first.clone());
                let mut letters = section.byte_range.slice(&self.job.text).chars().filter(|it| !it.is_whitespace());
                if !ui.fonts_mut(|fonts| letters.all(|letter| fonts.has_glyph(&font, letter))) {
                    section.format.font_id.family = FontFamily::Name(WIDE_FACE.into());
                }
            }
        }
        (self.job, self.said)
    }
}
