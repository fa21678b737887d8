//! Simple pictures, painted: lines of one width, no font and no file behind them.

use egui::{Color32, CornerRadius, Painter, Pos2, Rect, Shape, Stroke, StrokeKind, pos2, vec2};

/// The pictures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Icon {
    /// A phone that shows a code.
    Phone,
    /// Done, yes.
    Check,
    /// No, away.
    Cross,
    /// Look here.
    Warning,
    /// A person.
    Person,
    /// One more person.
    NewPerson,
    /// Proven.
    Shield,
    /// A ticket printer.
    Printer,
    /// Waiting.
    Clock,
    /// Brightness.
    Sun,
    /// Come closer.
    Closer,
    /// A card.
    Card,
    /// Take back.
    Erase,
    /// A desk with a person behind it.
    Desk,
    /// A passcode.
    Key,
    /// Look at it.
    Eye,
}

impl Icon {
    /// Paints the picture into a square.
    pub fn paint(self, painter: &Painter, square: Rect, colour: Color32) {
        let pen = Pen { painter, square, stroke: Stroke::new((square.width() * 0.075).max(1.2), colour) };
        match self {
            Icon::Phone => phone(&pen),
            Icon::Check => pen.line(&[(0.16, 0.54), (0.40, 0.76), (0.85, 0.26)]),
            Icon::Cross => {
                pen.line(&[(0.22, 0.22), (0.78, 0.78)]);
                pen.line(&[(0.78, 0.22), (0.22, 0.78)]);
            }
            Icon::Warning => {
                pen.closed(&[(0.5, 0.12), (0.94, 0.86), (0.06, 0.86)]);
                pen.line(&[(0.5, 0.40), (0.5, 0.62)]);
                pen.dot(0.5, 0.745, 0.05);
            }
            Icon::Person => person(&pen, 0.5),
            Icon::NewPerson => {
                person(&pen, 0.40);
                pen.line(&[(0.84, 0.20), (0.84, 0.48)]);
                pen.line(&[(0.70, 0.34), (0.98, 0.34)]);
            }
            Icon::Shield => {
                pen.closed(&[
                    (0.5, 0.08),
                    (0.86, 0.22),
                    (0.84, 0.55),
                    (0.68, 0.79),
                    (0.5, 0.93),
                    (0.32, 0.79),
                    (0.16, 0.55),
                    (0.14, 0.22),
                ]);
                pen.line(&[(0.33, 0.50), (0.46, 0.63), (0.69, 0.36)]);
            }
            Icon::Printer => {
                pen.rounded((0.08, 0.38), (0.92, 0.74), 0.08);
                pen.line(&[(0.26, 0.38), (0.26, 0.12), (0.74, 0.12), (0.74, 0.38)]);
                pen.line(&[(0.26, 0.60), (0.26, 0.90), (0.74, 0.90), (0.74, 0.60), (0.26, 0.60)]);
            }
            Icon::Clock => {
                pen.circle(0.5, 0.5, 0.40);
                pen.line(&[(0.5, 0.26), (0.5, 0.52), (0.67, 0.62)]);
            }
            Icon::Sun => sun(&pen),
            Icon::Closer => {
                for (x, y) in [(1.0, 1.0), (1.0, -1.0), (-1.0, 1.0), (-1.0, -1.0)] {
                    let at = |way: f32, other: f32| (0.5 + x * way, 0.5 + y * other);
                    pen.line(&[at(0.14, 0.14), at(0.40, 0.40)]);
                    pen.line(&[at(0.20, 0.40), at(0.40, 0.40), at(0.40, 0.20)]);
                }
            }
            Icon::Card => {
                pen.rounded((0.06, 0.20), (0.94, 0.80), 0.08);
                pen.line(&[(0.06, 0.40), (0.94, 0.40)]);
                pen.line(&[(0.20, 0.62), (0.46, 0.62)]);
            }
            Icon::Erase => {
                pen.closed(&[(0.06, 0.5), (0.30, 0.20), (0.94, 0.20), (0.94, 0.80), (0.30, 0.80)]);
                pen.line(&[(0.48, 0.37), (0.74, 0.63)]);
                pen.line(&[(0.74, 0.37), (0.48, 0.63)]);
            }
            Icon::Key => {
                pen.circle(0.28, 0.5, 0.20);
                pen.line(&[(0.51, 0.5), (0.94, 0.5), (0.94, 0.66)]);
                pen.line(&[(0.76, 0.5), (0.76, 0.62)]);
            }
            Icon::Eye => {
                pen.closed(&[
                    (0.05, 0.5),
                    (0.24, 0.30),
                    (0.5, 0.22),
                    (0.76, 0.30),
                    (0.95, 0.5),
                    (0.76, 0.70),
                    (0.5, 0.78),
                    (0.24, 0.70),
                ]);
                pen.circle(0.5, 0.5, 0.14);
            }
            Icon::Desk => {
                pen.circle(0.5, 0.24, 0.14);
                pen.line(&[(0.26, 0.58), (0.30, 0.47), (0.42, 0.42), (0.58, 0.42), (0.70, 0.47), (0.74, 0.58)]);
                pen.line(&[(0.06, 0.60), (0.94, 0.60)]);
                pen.line(&[(0.14, 0.60), (0.14, 0.92)]);
                pen.line(&[(0.86, 0.60), (0.86, 0.92)]);
            }
        }
    }
}

/// The finder pattern and some cells of a code, as a picture of a code: it holds nothing.
const CODE_CELLS: [(u8, u8); 17] = [
    (4, 0),
    (4, 2),
    (5, 1),
    (4, 4),
    (0, 4),
    (2, 5),
    (1, 4),
    (5, 4),
    (6, 5),
    (8, 4),
    (7, 6),
    (4, 6),
    (5, 7),
    (6, 8),
    (8, 7),
    (8, 8),
    (4, 8),
];

fn phone(pen: &Pen<'_>) {
    pen.rounded((0.22, 0.03), (0.78, 0.97), 0.10);
    pen.line(&[(0.44, 0.11), (0.56, 0.11)]);
    let cell = 0.36 / 9.0;
    let at = |column: f32, row: f32| (0.32 + column * cell, 0.29 + row * cell);
    for (column, row) in CODE_CELLS {
        let (column, row) = (f32::from(column), f32::from(row));
        pen.block(at(column, row), at(column + 1.0, row + 1.0));
    }
    for (column, row) in [(0.0, 0.0), (6.0, 0.0), (0.0, 6.0)] {
        pen.block(at(column, row), at(column + 3.0, row + 0.7));
        pen.block(at(column, row + 2.3), at(column + 3.0, row + 3.0));
        pen.block(at(column, row), at(column + 0.7, row + 3.0));
        pen.block(at(column + 2.3, row), at(column + 3.0, row + 3.0));
        pen.block(at(column + 1.1, row + 1.1), at(column + 1.9, row + 1.9));
    }
    pen.line(&[(0.42, 0.87), (0.58, 0.87)]);
}

fn person(pen: &Pen<'_>, x: f32) {
    pen.circle(x, 0.30, 0.18);
    pen.line(&[
        (x - 0.34, 0.90),
        (x - 0.31, 0.72),
        (x - 0.18, 0.61),
        (x, 0.58),
        (x + 0.18, 0.61),
        (x + 0.31, 0.72),
        (x + 0.34, 0.90),
    ]);
}

fn sun(pen: &Pen<'_>) {
    pen.circle(0.5, 0.5, 0.18);
    for eighth in 0..8_u8 {
        let (sin, cos) = (f32::from(eighth) * std::f32::consts::FRAC_PI_4).sin_cos();
        pen.line(&[(0.5 + cos * 0.30, 0.5 + sin * 0.30), (0.5 + cos * 0.44, 0.5 + sin * 0.44)]);
    }
}

/// Draws in a square whose sides are 1.
struct Pen<'a> {
    painter: &'a Painter,
    square: Rect,
    stroke: Stroke,
}

impl Pen<'_> {
    fn at(&self, (x, y): (f32, f32)) -> Pos2 {
        self.square.min + vec2(x, y) * self.square.size()
    }

    fn line(&self, points: &[(f32, f32)]) {
        let points: Vec<Pos2> = points.iter().map(|point| self.at(*point)).collect();
        // Round caps, so that corners close and ends are soft.
        for end in &points {
            self.painter.circle_filled(*end, self.stroke.width / 2.0, self.stroke.color);
        }
        self.painter.add(Shape::line(points, self.stroke));
    }

    fn closed(&self, points: &[(f32, f32)]) {
        let points = points.iter().map(|point| self.at(*point)).collect();
        self.painter.add(Shape::closed_line(points, self.stroke));
    }

    fn circle(&self, x: f32, y: f32, radius: f32) {
        self.painter.circle_stroke(self.at((x, y)), radius * self.square.width(), self.stroke);
    }

    fn dot(&self, x: f32, y: f32, radius: f32) {
        self.painter.circle_filled(self.at((x, y)), radius * self.square.width(), self.stroke.color);
    }

    fn rounded(&self, from: (f32, f32), to: (f32, f32), radius: f32) {
        let rect = Rect::from_min_max(self.at(from), self.at(to));
        let corner = CornerRadius::from(radius * self.square.width());
        self.painter.rect_stroke(rect, corner, self.stroke, StrokeKind::Middle);
    }

    fn block(&self, from: (f32, f32), to: (f32, f32)) {
        let rect = Rect::from_min_max(self.at(from), self.at(to));
        self.painter.rect_filled(rect, CornerRadius::ZERO, self.stroke.color);
    }
}

/// A square of this side around a point.
pub fn square(centre: Pos2, side: f32) -> Rect {
    Rect::from_center_size(pos2(centre.x, centre.y), vec2(side, side))
}
