//! Small pictures, any pixels. The decoders may panic, and are kept from the rest; the rest may not.
#![no_main]

use ktc_kiosk::scan::{CodeReader, Effort, Frame, find_codes};

libfuzzer_sys::fuzz_target!(
    // A decoder's panic is caught where it is called, so it must not end the process here.
    init: std::panic::set_hook(Box::new(|_| {})),
    |input: (u8, &[u8])| {
        let (width, luma) = input;
        let width = u32::from(width).max(1);
        let height = luma.len() as u32 / width;
        let Some(frame) = Frame::new(width, height, luma[..(width * height) as usize].to_vec()) else { return };
        let quick = find_codes(&frame, Effort::Quick);
        let thorough = find_codes(&frame, Effort::Thorough);
        if (!quick.is_empty() && quick != thorough) || frame.inverted().inverted().luma() != frame.luma() {
            std::process::abort();
        }
        for text in thorough {
            let _named = CodeReader::default().read(text.reveal());
        }
    }
);
