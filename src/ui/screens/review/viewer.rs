//! A document of the share, page by page, over the form. Only pictures are shown here; who wrote them was drawn elsewhere.

use super::letters::letters_ui;
use super::sources::provenance;
use crate::session::{PageShown, ReviewInput, Reviewing, Viewer};
use crate::trouble::Trouble;
use crate::ui::Scene;
use crate::ui::icons::Icon;
use crate::ui::theme::{Size, Theme};
use crate::ui::widgets::{Button, Weight, badge, notice, say, waiting_dots, within};
use crate::ui::words::Words;
use crate::viewing::{PagePicture, TextPage};
use egui::accesskit::Role;
use egui::{
    Align, Color32, ColorImage, Layout, Rect, ScrollArea, Sense, TextWrapMode, Ui, Vec2, WidgetInfo, pos2, vec2,
};

/// How much larger the second step of the zoom is than the whole page.
const ENLARGED: f32 = 2.0;

/// Draws it.
pub fn viewer_ui(
    ui: &mut Ui,
    scene: &Scene<'_>,
    place: Rect,
    reviewing: &Reviewing,
    viewer: &Viewer,
) -> Option<ReviewInput> {
    let theme = scene.theme;
    let (head, rest) = place.split_top_bottom_at_y(place.top() + theme.mm(20.0));
    let (page, bar) = rest.split_top_bottom_at_y(rest.bottom() - theme.mm(20.0));
    head_ui(ui, scene, head.shrink2(vec2(theme.mm(8.0), theme.mm(2.0))), reviewing, viewer);
    page_ui(ui, scene, page, viewer);
    ui.painter().add(theme.shadow().as_shape(bar, 0.0));
    ui.painter().rect_filled(bar, 0.0, Theme::CARD.fill);
    bar_ui(ui, scene, bar.shrink2(vec2(theme.mm(8.0), theme.mm(3.0))), viewer)
}

/// What it is, and that it is the patient's own or who signed it.
fn head_ui(ui: &mut Ui, scene: &Scene<'_>, place: Rect, reviewing: &Reviewing, viewer: &Viewer) {
    let theme = scene.theme;
    let items = &reviewing.reconciliation.intake().items;
    let Some(item) = items.iter().find(|item| item.id == viewer.item) else { return };
    within(ui, place, Layout::top_down(Align::Min), |ui| {
        ui.spacing_mut().item_spacing.y = theme.mm(1.0);
        let title = Words::new(theme.strong(Size::Body), Theme::PAPER.text, item.title.reveal());
        title.show(ui, TextWrapMode::Truncate);
        ui.horizontal(|ui| {
            let (tone, icon, words) = provenance(scene, item.assurance());
            badge(ui, theme, tone, icon, &words);
            say(ui, theme.font(Size::Small), Theme::QUIET, scene.strings.text(viewer.name.text_id()));
        });
    });
}

fn page_ui(ui: &mut Ui, scene: &Scene<'_>, place: Rect, viewer: &Viewer) {
    let theme = scene.theme;
    ui.painter().rect_filled(place, 0.0, Theme::OFF.fill);
    let inside = place.shrink(theme.mm(3.0));
    within(ui, inside, Layout::top_down(Align::Min), |ui| match &viewer.shown {
        PageShown::Drawing => {
            ui.vertical_centered(|ui| {
                ui.add_space(inside.height() * 0.4);
                say(ui, theme.font(Size::Body), Theme::OFF, scene.strings.text("document-drawing"));
            });
            let row =
                Rect::from_center_size(inside.center() + vec2(0.0, theme.mm(6.0)), vec2(theme.mm(26.0), theme.mm(8.0)));
            within(ui, row, Layout::left_to_right(Align::Center), |ui| waiting_dots(ui, theme));
        }
        PageShown::Not(trouble) => not_shown_ui(ui, scene, *trouble),
        PageShown::Drawn(picture) => picture_ui(ui, scene, inside.size(), viewer, picture),
        PageShown::Text(page) => text_ui(ui, scene, viewer, page),
    });
}

fn not_shown_ui(ui: &mut Ui, scene: &Scene<'_>, trouble: Trouble) {
    let (theme, strings) = (scene.theme, scene.strings);
    let words = |part: &str| strings.text(&format!("trouble-{}-{part}", trouble.code()));
    ui.add_space(theme.mm(6.0));
    ui.set_max_width(ui.available_width().min(theme.mm(260.0)));
    notice(ui, theme, Theme::WARN, Icon::Warning, &words("title"));
    say(ui, theme.font(Size::Body), Theme::OFF, words("staff"));
    let actor = strings.text(trouble.actor().text_id());
    say(ui, theme.font(Size::Small), Theme::OFF, strings.text_with("trouble-who", &[("actor", &actor)]));
}

/// The whole page in its place, or twice as large behind scroll bars.
fn picture_ui(ui: &mut Ui, scene: &Scene<'_>, room: Vec2, viewer: &Viewer, picture: &PagePicture) {
    let size = vec2(picture.width as f32, picture.height as f32);
    let whole = (room.x / size.x).min(room.y / size.y);
    let shown = size * if viewer.enlarged { whole * ENLARGED } else { whole };
    let words = page_text(scene, viewer);
    let salt = ("page", viewer.item, viewer.which, viewer.page, viewer.enlarged);
    ScrollArea::both().id_salt(salt).auto_shrink(false).show(ui, |ui| {
        let area = vec2(shown.x.max(ui.available_width()), shown.y);
        let (rect, response) = ui.allocate_exact_size(area, Sense::hover());
        response.widget_info(|| WidgetInfo::labeled(Role::Image, true, &words));
        let sheet = Rect::from_center_size(rect.center(), shown);
        ui.painter().rect_filled(sheet, 0.0, Color32::WHITE);
        if let Some(texture) = scene.page {
            let uv = Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
            ui.painter().image(texture.id(), sheet, uv, Color32::WHITE);
        }
    });
}

/// A page of a text, line by line, behind a scroll bar.
fn text_ui(ui: &mut Ui, scene: &Scene<'_>, viewer: &Viewer, page: &TextPage) {
    let theme = scene.theme;
    let sheet = ui.max_rect();
    ui.painter().rect_filled(sheet, 0.0, Theme::CARD.fill);
    let salt = ("text", viewer.item, viewer.which, viewer.page);
    within(ui, sheet.shrink(theme.mm(6.0)), Layout::top_down(Align::Min), |ui| {
        ScrollArea::vertical().id_salt(salt).auto_shrink(false).show(ui, |ui| {
            letters_ui(ui, scene, [page.text.reveal().as_str()]);
            say(ui, theme.font(Size::Body), Theme::CARD, page.text.reveal().as_str());
        });
    });
}

fn bar_ui(ui: &mut Ui, scene: &Scene<'_>, place: Rect, viewer: &Viewer) -> Option<ReviewInput> {
    let theme = scene.theme;
    let text = |id: &str| scene.strings.text(id);
    let mut input = None;
    within(ui, place, Layout::left_to_right(Align::Center), |ui| {
        if Button::new(theme, Weight::Primary, &text("document-close")).icon(Icon::Cross).show(ui) {
            input = Some(ReviewInput::DocumentClosed);
        }
        let zoom = text(if viewer.enlarged { "document-smaller" } else { "document-larger" });
        if Button::new(theme, Weight::Secondary, &zoom).enabled(viewer.picture().is_some()).show(ui) {
            input = Some(ReviewInput::PageEnlargedToggled);
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let next = text("document-next");
            if Button::new(theme, Weight::Secondary, &next).enabled(viewer.has_next()).show(ui) && viewer.has_next() {
                input = Some(ReviewInput::PageTurned(viewer.page + 1));
            }
            let previous = text("document-previous");
            let button = Button::new(theme, Weight::Secondary, &previous).enabled(viewer.has_previous());
            if button.show(ui) && viewer.has_previous() {
                input = Some(ReviewInput::PageTurned(viewer.page - 1));
            }
            say(ui, theme.font(Size::Body), Theme::CARD, page_text(scene, viewer));
        });
    });
    input
}

fn page_text(scene: &Scene<'_>, viewer: &Viewer) -> String {
    let page = (viewer.page + 1).to_string();
    match viewer.pages {
        Some(pages) => scene.strings.text_with("document-page-of", &[("page", &page), ("pages", &pages.to_string())]),
        None => scene.strings.text_with("document-page", &[("page", &page)]),
    }
}

/// The pixels for the graphics card; `None` when they are not as many as the picture says.
pub fn page_image(picture: &PagePicture) -> Option<ColorImage> {
    let (width, height) = (usize::try_from(picture.width).ok()?, usize::try_from(picture.height).ok()?);
    let rgb = picture.rgb.reveal();
    (rgb.len() == width * height * 3).then(|| ColorImage::from_rgb([width, height], rgb))
}
