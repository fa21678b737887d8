//! A phone in a hand, its screen lit, the code on it. Lengths are in sides of the code, so everything follows its size.

use super::{HEIGHT, Pose, WIDTH, code::Code, lobby::mix};

const SCREEN: f32 = 236.0;
const INK: f32 = 22.0;
const SAMPLES: [(f32, f32); 4] = [(-0.25, -0.25), (0.25, -0.25), (-0.25, 0.25), (0.25, 0.25)];
/// Farthest that hand or phone reach from the centre of the code.
const REACH: f32 = 1.75;

/// Paints over the canvas, four samples a pixel.
pub(super) fn paint(canvas: &mut [f32], code: &Code, pose: Pose) {
    let side = pose.scale * HEIGHT as f32;
    let centre = (WIDTH as f32 / 2.0 + pose.offset.0, HEIGHT as f32 / 2.0 + pose.offset.1);
    let (sin, cos) = pose.tilt_degrees.to_radians().sin_cos();
    let range = |middle: f32, limit: u32| {
        let from = (middle - REACH * side).max(0.0) as u32;
        from..((middle + REACH * side).max(0.0) as u32).min(limit)
    };
    for y in range(centre.1, HEIGHT) {
        for x in range(centre.0, WIDTH) {
            let pixel = &mut canvas[(y * WIDTH + x) as usize];
            let below = *pixel;
            let sum: f32 = SAMPLES
                .iter()
                .map(|(right, down)| {
                    let dx = (x as f32 + 0.5 + right - centre.0) / side;
                    let dy = (y as f32 + 0.5 + down - centre.1) / side;
                    light(dx * cos + dy * sin, dy * cos - dx * sin, code, below)
                })
                .sum();
            *pixel = sum / SAMPLES.len() as f32;
        }
    }
}

/// What is seen at one point of the phone's plane.
fn light(u: f32, v: f32, code: &Code, below: f32) -> f32 {
    if thumb(u, v) {
        return 150.0 - 30.0 * (u - 0.55).abs();
    }
    // Soft shadow on the hand and the room around the body.
    let body = rounded(u, v - 0.10, 0.63, 1.22, 0.13);
    if body > 0.0 {
        let behind = if hand(u, v) { 138.0 - 22.0 * (v - 0.6) } else { below };
        return mix(behind, behind * 0.55, (1.0 - body / 0.10).clamp(0.0, 1.0));
    }
    if body > -0.012 {
        return 96.0; // metal edge
    }
    if rounded(u, v - 0.10, 0.585, 1.165, 0.09) > 0.0 {
        return 26.0; // glass around the screen
    }
    screen(u, v, code)
}

fn screen(u: f32, v: f32, code: &Code) -> f32 {
    let page = SCREEN - 4.0 * v;
    if rounded(u, v + 0.985, 0.11, 0.028, 0.028) < 0.0 {
        return 20.0; // camera island
    }
    if u.abs() < 0.5 && v.abs() < 0.5 {
        let module = |at: f32| ((at + 0.5) * code.side() as f32) as usize;
        return if code.is_dark(module(u), module(v)) { INK } else { page };
    }
    let title = rounded(u + 0.14, v + 0.76, 0.30, 0.035, 0.02) < 0.0;
    let subtitle = rounded(u + 0.05, v + 0.64, 0.39, 0.018, 0.015) < 0.0;
    let button = rounded(u, v - 0.82, 0.40, 0.085, 0.085) < 0.0;
    let hint = rounded(u, v - 0.63, 0.33, 0.018, 0.015) < 0.0;
    match (title, subtitle || hint, button) {
        (true, ..) => 52.0,
        (_, true, _) => 158.0,
        (.., true) => 86.0,
        _ => page,
    }
}

/// Fingers on the left and the palm below.
fn hand(u: f32, v: f32) -> bool {
    let fingers = (0..4).any(|index| rounded(u + 0.66, v - 0.28 - 0.21 * index as f32, 0.12, 0.085, 0.08) < 0.0);
    let palm = rounded(u - 0.12, v - 1.30, 0.72, 0.62, 0.34) < 0.0;
    fingers || palm
}

/// The thumb lies on the right edge, over the glass but not over the code.
fn thumb(u: f32, v: f32) -> bool {
    let (along, across) = (0.85 * (u - 0.70) - 0.53 * (v - 0.86), 0.53 * (u - 0.70) + 0.85 * (v - 0.86));
    rounded(across, along, 0.26, 0.085, 0.085) < 0.0 && u > 0.53
}

/// Signed distance to a rectangle with round corners: negative inside.
fn rounded(x: f32, y: f32, half_width: f32, half_height: f32, radius: f32) -> f32 {
    let (qx, qy) = (x.abs() - half_width + radius, y.abs() - half_height + radius);
    qx.max(0.0).hypot(qy.max(0.0)) + qx.max(qy).min(0.0) - radius
}
