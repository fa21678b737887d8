//! Small pictures, any pixels. The decoders may panic, and are kept from the rest; the rest may not. Each text comes once.
#![no_main]

use ktc_kiosk::scan::{CodeReader, Frame, find_codes};

libfuzzer_sys::fuzz_target!(
    // A decoder's panic is caught where it is called, so it must not end the process here.
    init: std::panic::set_hook(Box::new(|_| {})),
    |input: (u8, &[u8])| {
        let (width, luma) = input;
        let width = u32::from(width).max(1);
        let height = luma.len() as u32 / width;
        let Some(frame) = Frame::new(width, height, luma[..(width * height) as usize].to_vec()) else { return };
        let texts = find_codes(&frame);
        if (1..texts.len()).any(|at| texts[..at].contains(&texts[at])) {
            std::process::abort();
        }
        for text in texts {
            let _named = CodeReader::default().read(text.reveal());
        }
    }
);
