//! One scene: a code on a phone or on paper before a cluttered room, in one condition; a few frames of it, as a hand trembles.
//!
//! Everything follows from the seed.

use crate::code::{Code, Payload};
use crate::noise::Noise;
use crate::optics::Canvas;

/// Frame size.
pub const WIDTH: usize = 1280;
/// Frame size.
pub const HEIGHT: usize = 720;
/// Focal length in pixels: a lens of 65 degrees across.
const FOCAL: f32 = 1_005.0;
/// Samples along one side of a pixel.
const SAMPLES: usize = 3;

/// What makes a frame hard.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Condition {
    /// Near and sharp.
    Clean,
    /// So many pixels a module.
    Modules(f32),
    /// Turned away from the camera, degrees from and to.
    Tilt(f32, f32),
    /// Any turn in the plane of the picture.
    Turn,
    /// Out of focus, deviation in pixels.
    Defocus(f32),
    /// Moved by so many pixels.
    Motion(f32),
    /// A third of the light, more noise.
    LowLight,
    /// A bright spot over a fifth of the code.
    Glare,
    /// The hard edge of a shadow across the code.
    Shadow,
    /// Grey print on grey paper.
    Faint,
    /// A phone that is too bright.
    Bloom,
    /// A phone whose pixels beat with those of the camera.
    Grid,
    /// A logo over the middle of the code.
    Logo,
    /// Light modules on a dark page.
    Inverted,
    /// Some of everything.
    Combined,
}

/// The rows of the table.
pub const CONDITIONS: [(&str, Condition); 20] = [
    ("clean", Condition::Clean),
    ("4 px a module", Condition::Modules(4.0)),
    ("3 px a module", Condition::Modules(3.0)),
    ("2.5 px a module", Condition::Modules(2.5)),
    ("2 px a module", Condition::Modules(2.0)),
    ("tilt 15-25°", Condition::Tilt(15.0, 25.0)),
    ("tilt 24-40°", Condition::Tilt(24.0, 40.0)),
    ("any turn", Condition::Turn),
    ("defocus 1.5 px", Condition::Defocus(1.5)),
    ("defocus 2.2 px", Condition::Defocus(2.2)),
    ("motion 5 px", Condition::Motion(5.0)),
    ("low light", Condition::LowLight),
    ("glare", Condition::Glare),
    ("shadow edge", Condition::Shadow),
    ("faint print", Condition::Faint),
    ("bloom", Condition::Bloom),
    ("pixel grid", Condition::Grid),
    ("logo", Condition::Logo),
    ("inverted", Condition::Inverted),
    ("combined", Condition::Combined),
];

/// A scene of which frames can be taken.
pub struct Scene {
    /// What is shown; `None` for a room without a code.
    pub code: Option<Code>,
    condition: Condition,
    seed: u64,
    /// Pixels a module, degrees of turn and tilt, the axis of the tilt, and the centre of the code.
    pose: [f32; 6],
    panel: Panel,
}

/// Light of the modules and of the page, and how far the page reaches, in sides of the code.
struct Panel {
    ink: f32,
    page: f32,
    reach: (f32, f32),
}

impl Scene {
    /// A scene with a code.
    pub fn new(payload: Payload, condition: Condition, seed: u64) -> Scene {
        let mut noise = Noise::new(seed);
        let code = Code::new(payload, seed ^ 0xC0DE);
        let near = if payload == Payload::Card { 5.0 } else { 6.2 };
        let module = match condition {
            Condition::Modules(pixels) => pixels,
            Condition::Turn => noise.between(3.6, 4.2),
            _ => near,
        };
        let turn = match condition {
            Condition::Turn => noise.between(-180.0, 180.0),
            Condition::Combined => noise.between(-15.0, 15.0),
            _ => noise.between(-6.0, 6.0),
        };
        let tilt = match condition {
            Condition::Tilt(from, to) => noise.between(from, to),
            Condition::Combined => noise.between(12.0, 20.0),
            _ => noise.between(0.0, 8.0),
        };
        // A code that fills the frame's height stays in its middle.
        let room = (HEIGHT as f32 - (code.side() + 8.0) * module * 1.08).max(0.0) / 2.0;
        let (down, right) = (room.min(90.0), room.mul_add(0.5, 120.0).min(260.0));
        let centre =
            (WIDTH as f32 / 2.0 + noise.between(-right, right), HEIGHT as f32 / 2.0 + noise.between(-down, down));
        let (ink, page) = match condition {
            Condition::Faint => (120.0, 185.0),
            Condition::Inverted => (228.0, 26.0),
            _ => (noise.between(18.0, 40.0), noise.between(205.0, 236.0)),
        };
        let reach = (noise.between(0.58, 0.7), noise.between(0.7, 1.2));
        let pose = [module, turn, tilt, noise.between(0.0, 360.0), centre.0, centre.1];
        Scene { code: Some(code), condition, seed, pose, panel: Panel { ink, page, reach } }
    }

    /// A room without a code.
    pub fn empty(seed: u64) -> Scene {
        Scene { code: None, ..Scene::new(Payload::Link(100), Condition::Clean, seed) }
    }

    /// The frame with this number, as brightness.
    pub fn frame(&self, number: u64) -> Vec<u8> {
        let mut noise = Noise::new(self.seed ^ (number + 1) << 40);
        let mut canvas = room(&mut Noise::new(self.seed ^ 0x0F_F1CE));
        let mut pose = self.pose;
        let tremble = [0.01 * pose[0], 0.7, 0.7, 0.0, 4.0, 4.0];
        pose.iter_mut().zip(tremble).for_each(|(value, range)| *value += noise.between(-range, range));
        if let Some(code) = &self.code {
            self.paint(&mut canvas, code, pose);
        }
        self.light(&mut canvas, pose, &mut noise);
        let (blur, grain) = match self.condition {
            Condition::Defocus(sigma) => (sigma * noise.between(0.94, 1.06), 4.0),
            Condition::Combined => (1.1, 8.0),
            Condition::LowLight => (0.7, 14.0),
            _ => (0.7, 4.0),
        };
        canvas.blur(blur);
        match self.condition {
            Condition::Motion(pixels) => canvas.motion(pixels, noise.between(0.0, 180.0)),
            Condition::Combined => canvas.motion(3.0, noise.between(0.0, 180.0)),
            _ => {}
        }
        canvas.develop(&mut noise, grain, 80)
    }

    fn paint(&self, canvas: &mut Canvas, code: &Code, pose: [f32; 6]) {
        let plane = Plane::new(pose);
        let half = code.side() / 2.0 + 4.0;
        let (wide, high) = (half * 2.0 * self.panel.reach.0, half * 2.0 * self.panel.reach.1);
        let cells = pose[0] / 1.7;
        for y in 0..HEIGHT {
            for x in 0..WIDTH {
                let (u, v) = plane.modules_at(x as f32 + 0.5, y as f32 + 0.5);
                if u.abs() > wide + 2.0 || v.abs() > high + 2.0 {
                    continue;
                }
                let below = canvas.light[y * WIDTH + x];
                let mut sum = 0.0;
                for sample in 0..SAMPLES * SAMPLES {
                    let part = |at: usize| (at as f32 + 0.5) / SAMPLES as f32;
                    let (u, v) = plane.modules_at(x as f32 + part(sample % SAMPLES), y as f32 + part(sample / SAMPLES));
                    sum += self.point(code, u, v, (wide, high), cells).unwrap_or(below);
                }
                canvas.light[y * WIDTH + x] = sum / (SAMPLES * SAMPLES) as f32;
            }
        }
    }

    /// Light at a point of the panel; `None` beside it.
    fn point(&self, code: &Code, u: f32, v: f32, (wide, high): (f32, f32), cells: f32) -> Option<f32> {
        if u.abs() > wide + 1.6 || v.abs() > high + 1.6 {
            return None;
        }
        if u.abs() > wide || v.abs() > high {
            return Some(34.0); // the edge of the phone
        }
        let light = match code.dark_at(u, v) {
            Some(true) => self.panel.ink,
            Some(false) => self.panel.page,
            // Lines of text above and below the code.
            None if (v * 0.31).rem_euclid(1.0) < 0.35 && (u * 0.9 + (v * 0.31).floor()).sin() > -0.4 => {
                self.panel.ink * 0.5 + self.panel.page * 0.5
            }
            None => self.panel.page,
        };
        if self.condition == Condition::Logo {
            let half = code.side() * if code.text.starts_with("shc:/") { 0.07 } else { 0.1 };
            let distance = u.abs().max(v.abs());
            if distance < half {
                let star = (u * u + v * v).sqrt() < half * 0.75 && (u.atan2(v) * 5.0).sin() > -0.2;
                return Some(if star { 70.0 } else { self.panel.page });
            }
        }
        if self.condition == Condition::Grid {
            // The dark seams between the phone's pixels.
            let seam = |at: f32| (at * cells).rem_euclid(1.0) < 0.24;
            return Some(if seam(u) || seam(v) { light * 0.55 } else { light });
        }
        Some(light)
    }

    fn light(&self, canvas: &mut Canvas, pose: [f32; 6], noise: &mut Noise) {
        let half = self.code.as_ref().map_or(40.0, |code| code.side() / 2.0) * pose[0];
        let place = Noise::new(self.seed ^ 0x11).between(0.0, 6.28);
        let spot = (pose[4] + 0.5 * half * place.cos(), pose[5] + 0.5 * half * place.sin());
        let each = |canvas: &mut Canvas, change: &dyn Fn(f32, f32, f32) -> f32| {
            for (at, light) in canvas.light.iter_mut().enumerate() {
                *light = change((at % WIDTH) as f32, (at / WIDTH) as f32, *light);
            }
        };
        let glare = |strength: f32| {
            move |x: f32, y: f32, light: f32| {
                let far = ((x - spot.0).powi(2) + (y - spot.1).powi(2)) / (0.5 * half).powi(2);
                light + strength * (-far).exp()
            }
        };
        match self.condition {
            Condition::LowLight => each(canvas, &|_, _, light| light * 0.35),
            Condition::Glare => each(canvas, &glare(170.0)),
            Condition::Combined => each(canvas, &glare(80.0)),
            Condition::Shadow => {
                let (sin, cos) = place.sin_cos();
                let edge = noise.between(-0.2, 0.2) * half;
                each(canvas, &|x, y, light| {
                    let lit = (x - pose[4]) * cos + (y - pose[5]) * sin > edge;
                    light * if lit { 1.0 } else { 0.38 }
                });
            }
            Condition::Bloom => canvas.bloom(1.5, 0.7),
            _ => {}
        }
    }
}

/// The plane of the code before a pinhole camera.
struct Plane {
    normal: [f32; 3],
    right: [f32; 3],
    down: [f32; 3],
    middle: [f32; 3],
    module: f32,
}

impl Plane {
    fn new([module, turn, tilt, axis, x, y]: [f32; 6]) -> Plane {
        let (turn, tilt, axis) = (turn.to_radians(), tilt.to_radians(), axis.to_radians());
        // Turned by Rodrigues' formula about an axis in the picture's plane.
        let tilted = |[a, b, c]: [f32; 3]| {
            let (sin, cos) = tilt.sin_cos();
            let [kx, ky] = [axis.cos(), axis.sin()];
            let along = (kx * a + ky * b) * (1.0 - cos);
            [
                a * cos + ky * c * sin + kx * along,
                b * cos - kx * c * sin + ky * along,
                c * cos + (kx * b - ky * a) * sin,
            ]
        };
        let (sin, cos) = turn.sin_cos();
        Plane {
            normal: tilted([0.0, 0.0, 1.0]),
            right: tilted([cos, sin, 0.0]),
            down: tilted([-sin, cos, 0.0]),
            middle: [x - WIDTH as f32 / 2.0, y - HEIGHT as f32 / 2.0, FOCAL],
            module,
        }
    }

    /// Where the ray of a pixel meets the plane, in modules from the centre of the code.
    fn modules_at(&self, x: f32, y: f32) -> (f32, f32) {
        let dot = |a: [f32; 3], b: [f32; 3]| a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
        let ray = [x - WIDTH as f32 / 2.0, y - HEIGHT as f32 / 2.0, FOCAL];
        let far = dot(self.normal, self.middle) / dot(self.normal, ray);
        let at = [0, 1, 2].map(|axis| ray[axis] * far - self.middle[axis]);
        (dot(at, self.right) / self.module, dot(at, self.down) / self.module)
    }
}

/// Walls, furniture, notices: soft light, hard edges, stripes and grain.
fn room(noise: &mut Noise) -> Canvas {
    let (from, to) = (noise.between(90.0, 190.0), noise.between(70.0, 190.0));
    let mut light: Vec<f32> =
        (0..WIDTH * HEIGHT).map(|at| from + (to - from) * (at % WIDTH) as f32 / WIDTH as f32).collect();
    for _ in 0..46 {
        let (left, top) = (noise.below(WIDTH), noise.below(HEIGHT));
        let (wide, high) = (10 + noise.below(260), 8 + noise.below(200));
        let (grey, stripe) = (noise.between(15.0, 245.0), 3 + noise.below(14));
        let kind = noise.below(4);
        for y in top..(top + high).min(HEIGHT) {
            for x in left..(left + wide).min(WIDTH) {
                let drawn = match kind {
                    0 => y % stripe * 2 < stripe,
                    1 => (x / 3 * 7 + y / stripe * 13) % 5 < 3 && y % stripe * 2 < stripe,
                    2 => (x / stripe + y / stripe) % 2 == 0,
                    _ => true,
                };
                if drawn {
                    light[y * WIDTH + x] = grey;
                }
            }
        }
    }
    Canvas { width: WIDTH, height: HEIGHT, light }
}
