//! One file per screen, named for what the person sees.

mod complete;
mod declined;
mod filing;
mod passcode;
mod queue;
mod resolving;
mod review;
mod sharing;
mod show_code;
mod sign_in;
mod trouble;
mod welcome;

pub use complete::complete;
pub use declined::declined;
pub use filing::filing;
pub use passcode::passcode;
pub use queue::queue;
pub use resolving::resolving;
pub use review::{page_image, review};
pub use sharing::sharing;
pub use show_code::show_code;
pub use sign_in::sign_in;
pub use trouble::trouble;
pub use welcome::welcome;
