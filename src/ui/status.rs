//! The quiet line for staff: what about the devices needs somebody, in words.

use super::Scene;
use super::icons::Icon;
use super::theme::{Size, Theme, Tone};
use super::widgets::{badge, say};
use crate::session::{CameraHealth, EhrHealth, PrinterHealth};
use egui::{Sense, Ui, Vec2};

/// Draws the line; quiet when all is well.
pub fn status_ui(ui: &mut Ui, scene: &Scene<'_>) {
    let theme = scene.theme;
    let remarks = remarks(scene);
    ui.horizontal_wrapped(|ui| {
        if remarks.is_empty() {
            let (dot, _) = ui.allocate_exact_size(Vec2::splat(theme.mm(3.0)), Sense::hover());
            ui.painter().circle_filled(dot.center(), theme.mm(1.2), Theme::GOOD.text);
            say(ui, theme.font(Size::Small), Theme::QUIET, scene.strings.text("status-ready"));
        }
        for (tone, icon, words) in remarks {
            badge(ui, theme, tone, icon, &words);
        }
    });
}

fn remarks(scene: &Scene<'_>) -> Vec<(Tone, Icon, String)> {
    let (health, strings) = (scene.health, scene.strings);
    let mut remarks = Vec::new();
    if health.needs_person > 0 {
        remarks.push((Theme::BAD, Icon::Person, strings.count("status-needs-person", health.needs_person)));
    }
    if health.kept > 0 {
        remarks.push((Theme::WARN, Icon::Person, strings.count("status-kept", health.kept)));
    }
    if health.store_damaged {
        remarks.push((Theme::BAD, Icon::Warning, strings.text("status-store-damaged")));
    }
    if health.camera == CameraHealth::Missing {
        remarks.push((Theme::BAD, Icon::Warning, strings.text("status-camera-missing")));
    }
    if health.ehr == EhrHealth::Unreachable {
        remarks.push((Theme::WARN, Icon::Warning, strings.text("status-ehr-unreachable")));
    }
    if health.ehr == EhrHealth::Refusing {
        remarks.push((Theme::BAD, Icon::Warning, strings.text("status-ehr-refusing")));
    }
    if health.waiting > 0 {
        remarks.push((Theme::PLAIN, Icon::Clock, strings.count("status-waiting", health.waiting)));
    }
    if health.printer == PrinterHealth::Failing {
        remarks.push((Theme::WARN, Icon::Printer, strings.text("status-printer-failing")));
    }
    if health.trust_list.is_none() {
        remarks.push((Theme::WARN, Icon::Shield, strings.text("status-no-list")));
    }
    remarks
}
