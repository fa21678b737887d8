//! The lobby behind the phone: painted small and enlarged, so that it lies out of focus as it would for a camera that
//! looks at a hand.

use super::{HEIGHT, Pose, WIDTH};

const STEP: usize = 4;
const W: usize = WIDTH as usize / STEP;
const H: usize = HEIGHT as usize / STEP;
const FLOOR_FROM: f32 = 132.0;

/// Luma of every pixel of the frame, row by row. With a pose, somebody stands behind the phone.
pub(super) fn paint(holder: Option<Pose>) -> Vec<f32> {
    let mut small = vec![0.0; W * H];
    for y in 0..H {
        for x in 0..W {
            let (fx, fy) = (x as f32 + 0.5, y as f32 + 0.5);
            let mut light = room(fx, fy);
            if let Some(pose) = holder {
                light = somebody(fx, fy, pose, light);
            }
            small[y * W + x] = light;
        }
    }
    enlarge(&small)
}

/// Walls, window, door, chairs, a plant and a notice board.
fn room(x: f32, y: f32) -> f32 {
    let mut light = if y < FLOOR_FROM { 168.0 - 0.18 * y } else { 104.0 + 0.5 * (y - FLOOR_FROM) };
    // Skirting board, then floor boards that run towards the camera.
    light = mix(light, 128.0, band(y, FLOOR_FROM - 4.0, FLOOR_FROM));
    if y > FLOOR_FROM {
        let lane = (x - 160.0) / (y - FLOOR_FROM + 26.0) * 3.0;
        light -= 7.0 * f32::from(lane.rem_euclid(1.0) < 0.05);
    }
    light = window(x, y, light);
    light = door(x, y, light);
    light = notice_board(x, y, light);
    for chair in 0..4 {
        light = one_chair(x, y, 124.0 + 26.0 * chair as f32, light);
    }
    light = plant(x, y, light);
    // Daylight falls in from the left and fades.
    light + 30.0 * (-((x - 48.0).powi(2) + (y - 62.0).powi(2)) / 9000.0).exp()
}

fn window(x: f32, y: f32, light: f32) -> f32 {
    let frame = mix(light, 205.0, rect(x, y, 14.0, 18.0, 92.0, 96.0));
    let bar = band(x, 51.5, 54.5).max(band(y, 56.0, 58.5));
    let sky = 236.0 - 0.35 * y;
    mix(frame, mix(sky, 205.0, bar), rect(x, y, 18.0, 22.0, 88.0, 92.0))
}

fn door(x: f32, y: f32, light: f32) -> f32 {
    let frame = mix(light, 186.0, rect(x, y, 246.0, 30.0, 302.0, FLOOR_FROM));
    let leaf = mix(frame, 112.0, rect(x, y, 250.0, 34.0, 298.0, FLOOR_FROM));
    let glass = mix(leaf, 150.0, rect(x, y, 260.0, 42.0, 288.0, 78.0));
    mix(glass, 200.0, disc(x, y, 256.0, 90.0, 2.2, 2.2))
}

fn notice_board(x: f32, y: f32, light: f32) -> f32 {
    let mut board = mix(light, 138.0, rect(x, y, 138.0, 26.0, 222.0, 78.0));
    for (left, top, right, bottom, paper) in [
        (142.0, 30.0, 164.0, 60.0, 214.0),
        (168.0, 34.0, 192.0, 52.0, 196.0),
        (196.0, 30.0, 218.0, 66.0, 206.0),
        (170.0, 56.0, 190.0, 74.0, 222.0),
    ] {
        let inside = rect(x, y, left, top, right, bottom);
        let line =
            f32::from((y - top).rem_euclid(5.0) > 3.4) * rect(x, y, left + 3.0, top + 4.0, right - 3.0, bottom - 3.0);
        board = mix(board, paper - 40.0 * line, inside);
    }
    board
}

fn one_chair(x: f32, y: f32, left: f32, light: f32) -> f32 {
    let back = mix(light, 88.0, rect(x, y, left, 96.0, left + 20.0, 117.0));
    let seat = mix(back, 74.0, rect(x, y, left - 1.0, 118.0, left + 21.0, 124.0));
    let legs = rect(x, y, left + 1.0, 124.0, left + 2.6, 142.0).max(rect(x, y, left + 17.4, 124.0, left + 19.0, 142.0));
    mix(seat, 66.0, legs)
}

fn plant(x: f32, y: f32, light: f32) -> f32 {
    let mut shade = mix(light, 122.0, rect(x, y, 99.0, 122.0, 115.0, 144.0));
    for (cx, cy, rx, ry) in [
        (107.0, 108.0, 5.0, 17.0),
        (99.0, 108.0, 9.0, 6.0),
        (116.0, 105.0, 9.0, 6.0),
        (102.0, 96.0, 6.0, 9.0),
        (113.0, 94.0, 6.0, 9.0),
    ] {
        shade = mix(shade, 70.0 + 0.3 * cy, disc(x, y, cx, cy, rx, ry));
    }
    shade
}

/// Head and shoulders behind the phone, larger the nearer the phone is.
fn somebody(x: f32, y: f32, pose: Pose, light: f32) -> f32 {
    let size = 0.55 + pose.scale * 0.9;
    let centre = 160.0 + pose.offset.0 / STEP as f32 * 0.8 + 10.0;
    let body = mix(light, 84.0, disc(x, y, centre, 178.0, 62.0 * size, 74.0 * size));
    let neck = mix(body, 142.0, disc(x, y, centre, 178.0 - 78.0 * size, 11.0 * size, 16.0 * size));
    let head = mix(neck, 156.0, disc(x, y, centre, 178.0 - 104.0 * size, 21.0 * size, 28.0 * size));
    mix(head, 62.0, disc(x, y, centre, 178.0 - 122.0 * size, 22.0 * size, 16.0 * size))
}

fn enlarge(small: &[f32]) -> Vec<f32> {
    let place = |at: usize, limit: usize| {
        let exact = ((at as f32 + 0.5) / STEP as f32 - 0.5).clamp(0.0, limit as f32 - 1.0);
        let low = exact as usize;
        (low, (low + 1).min(limit - 1), exact - low as f32)
    };
    let columns: Vec<_> = (0..WIDTH as usize).map(|x| place(x, W)).collect();
    let mut large = Vec::with_capacity((WIDTH * HEIGHT) as usize);
    for y in 0..HEIGHT as usize {
        let (top, bottom, down) = place(y, H);
        for &(left, right, across) in &columns {
            let upper = mix(small[top * W + left], small[top * W + right], across);
            let lower = mix(small[bottom * W + left], small[bottom * W + right], across);
            large.push(mix(upper, lower, down));
        }
    }
    large
}

pub(super) fn mix(below: f32, above: f32, cover: f32) -> f32 {
    below + (above - below) * cover
}

/// 1 inside, 0 outside, soft over one pixel.
fn band(at: f32, from: f32, to: f32) -> f32 {
    (at - from + 0.5).clamp(0.0, 1.0) * (to - at + 0.5).clamp(0.0, 1.0)
}

fn rect(x: f32, y: f32, left: f32, top: f32, right: f32, bottom: f32) -> f32 {
    band(x, left, right) * band(y, top, bottom)
}

fn disc(x: f32, y: f32, cx: f32, cy: f32, rx: f32, ry: f32) -> f32 {
    let distance = (((x - cx) / rx).powi(2) + ((y - cy) / ry).powi(2)).sqrt();
    ((1.0 - distance) * rx.min(ry) + 0.5).clamp(0.0, 1.0)
}
