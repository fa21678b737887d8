//! Show your code: the camera's picture with a frame to aim at, and what helps when nothing is found.

use crate::session::{CameraHealth, Input, Scanning};
use crate::ui::Scene;
use crate::ui::icons::Icon;
use crate::ui::lobby::{Page, heading, lobby};
use crate::ui::theme::{Size, Theme};
use crate::ui::widgets::{galley, notice, picture, say};
use egui::accesskit::Role;
use egui::{
    Color32, CornerRadius, Painter, Rect, Sense, Stroke, StrokeKind, TextureHandle, Ui, Vec2, WidgetInfo, pos2, vec2,
};

/// Draws it.
pub fn show_code(ui: &mut Ui, scene: &Scene<'_>, scanning: &Scanning) -> Option<Input> {
    let page = Page { step: 0, picture: Icon::Phone, not_me: false, leave: Some(("start-over", Input::CancelTouched)) };
    lobby(ui, scene, page, |ui, scene| {
        let theme = scene.theme;
        heading(ui, theme, scene.strings.text("show-code-title"), scene.strings.text("show-code-lead"));
        camera_ui(ui, scene);
        ui.add_space(theme.mm(2.0));
        help_ui(ui, scene, scanning);
        None
    })
}

fn camera_ui(ui: &mut Ui, scene: &Scene<'_>) {
    let theme = scene.theme;
    let width = ui.available_width().min(ui.ctx().content_rect().height() * 0.46 * 16.0 / 9.0);
    let (rect, _) = ui.allocate_exact_size(vec2(width, width * 9.0 / 16.0), Sense::hover());
    let corner = theme.card_corner();
    ui.painter().add(theme.shadow().as_shape(rect, corner));
    ui.painter().rect_filled(rect, corner, Theme::LENS);
    match scene.preview.filter(|_| scene.health.camera != CameraHealth::Missing) {
        Some(preview) => picture_ui(ui, preview, rect, corner),
        None if scene.health.camera == CameraHealth::Missing => {}
        None => words_in(ui, theme, rect, &scene.strings.text("show-code-starting")),
    }
    guide(ui.painter(), theme, rect);
    if scene.preview.is_some() {
        let ribbon = rect.with_min_y(rect.bottom() - theme.mm(10.0));
        let bottom = CornerRadius { nw: 0, ne: 0, ..corner };
        ui.painter().rect_filled(ribbon, bottom, Theme::RAIL.fill.gamma_multiply(0.92));
        words_in(ui, theme, ribbon, &scene.strings.text("show-code-looking"));
    }
}

/// The picture fills its place; what is too much is cut at the sides, evenly.
fn picture_ui(ui: &Ui, preview: &TextureHandle, rect: Rect, corner: CornerRadius) {
    let size = preview.size_vec2().max(Vec2::splat(1.0));
    let scale = (rect.width() / size.x).max(rect.height() / size.y);
    let seen = rect.size() / (size * scale) / 2.0;
    let uv = Rect::from_min_max(pos2(0.5 - seen.x, 0.5 - seen.y), pos2(0.5 + seen.x, 0.5 + seen.y));
    let mut shape = egui::epaint::RectShape::filled(rect, corner, Color32::WHITE);
    shape.brush = Some(egui::epaint::Brush { fill_texture_id: preview.id(), uv }.into());
    ui.painter().add(shape);
}

/// Corner marks of a square in the middle.
fn guide(painter: &Painter, theme: &Theme, rect: Rect) {
    let half = rect.height() * 0.36;
    let centre = rect.center() - vec2(0.0, rect.height() * 0.06);
    let (arm, stroke) = (half * 0.34, Stroke::new(theme.mm(1.3), Theme::ACCENT.fill));
    for (x, y) in [(-1.0, -1.0), (1.0, -1.0), (-1.0, 1.0), (1.0, 1.0)] {
        let corner = centre + vec2(x * half, y * half);
        for end in [corner - vec2(x * arm, 0.0), corner - vec2(0.0, y * arm)] {
            painter.line_segment([corner, end], stroke);
            painter.circle_filled(end, stroke.width / 2.0, stroke.color);
        }
        painter.circle_filled(corner, stroke.width / 2.0, stroke.color);
    }
    let faint = Stroke::new(1.0, Theme::ACCENT.fill.gamma_multiply(0.35));
    painter.rect_stroke(Rect::from_center_size(centre, Vec2::splat(2.0 * half)), 0.0, faint, StrokeKind::Middle);
}

fn words_in(ui: &mut Ui, theme: &Theme, rect: Rect, words: &str) {
    let text = galley(ui, theme.font(Size::Body), Theme::RAIL.text, words, rect.width());
    let place = Rect::from_center_size(rect.center(), text.size());
    let response = ui.allocate_rect(place, Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, words));
    ui.painter().galley(place.min, text, Theme::RAIL.text);
}

fn help_ui(ui: &mut Ui, scene: &Scene<'_>, scanning: &Scanning) {
    let (theme, strings) = (scene.theme, scene.strings);
    if scene.health.camera == CameraHealth::Missing {
        return notice(ui, theme, Theme::BAD, Icon::Warning, &strings.text("show-code-no-camera"));
    }
    if scanning.rivals.is_some() {
        return notice(ui, theme, Theme::WARN, Icon::Warning, &strings.text("show-code-two"));
    }
    if let Some((seen, total)) = scanning.parts {
        let values = [("seen", &*seen.to_string()), ("total", &*total.to_string())];
        return notice(ui, theme, Theme::GOOD, Icon::Check, &strings.text_with("show-code-parts", &values));
    }
    if let Some(other) = scanning.other {
        return notice(ui, theme, Theme::WARN, Icon::Warning, &strings.text(other.text_id()));
    }
    let hints =
        [(Icon::Closer, "show-code-closer"), (Icon::Sun, "show-code-bright"), (Icon::Clock, "show-code-steady")];
    ui.columns(hints.len(), |columns| {
        for (column, (icon, id)) in columns.iter_mut().zip(hints) {
            column.horizontal_top(|ui| {
                picture(ui, icon, theme.mm(6.4), Theme::QUIET.text);
                say(ui, theme.font(Size::Body), Theme::QUIET, strings.text(id));
            });
        }
    });
}
