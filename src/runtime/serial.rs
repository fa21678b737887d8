//! A hand scanner on a serial line, such as `/dev/ttyACM0`: raw, eight bits, no parity, one stop bit. Codes go to the session as
//! those of a keyboard do. A scanner that is unplugged is opened anew by its path, with longer and longer pauses.

use crate::camera::Pauses;
use crate::scan::{Burst, PAUSE};
use crate::sensitive::Sensitive;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{Mode, OFlags, open};
use rustix::io::{Errno, read};
use rustix::termios::{ControlModes, OptionalActions, QueueSelector, ioctl_tiocexcl, tcflush, tcgetattr, tcsetattr};
use std::os::fd::OwnedFd;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant};
use zeroize::Zeroizing;

/// Nobody scans faster: a line that floods fills the kernel's buffer and not the session's queue.
const BETWEEN_CODES: Duration = Duration::from_millis(50);
/// For scanners on a real serial line; a USB one has no speed.
const SPEED: u32 = 115_200;

/// Runs in a thread of the runtime until `stop`: opens the line and gives each code to `tell`.
pub(super) fn listen(path: &Path, stop: &AtomicBool, tell: impl Fn(Sensitive<String>)) {
    let mut pauses = Pauses::new();
    while !stop.load(Ordering::Relaxed) {
        let error = open_line(path).and_then(|line| {
            tracing::info!("the hand scanner is open");
            pauses = Pauses::new();
            receive(&line, stop, &tell)
        });
        if let Err(error) = error {
            tracing::warn!(
                error = error.raw_os_error(),
                "no hand scanner, opening it anew in {} ms",
                pauses.next().as_millis()
            );
            pauses.wait(stop);
        }
    }
}

/// Fails for what is no terminal. What was sent before is dropped: nobody knows whose it is.
fn open_line(path: &Path) -> Result<OwnedFd, Errno> {
    let flags = OFlags::RDWR | OFlags::NOCTTY | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let line = open(path, flags, Mode::empty())?;
    let mut settings = tcgetattr(&line)?;
    settings.make_raw();
    settings.control_modes &= !(ControlModes::CSTOPB | ControlModes::CRTSCTS);
    settings.control_modes |= ControlModes::CLOCAL | ControlModes::CREAD;
    settings.set_speed(SPEED)?;
    tcsetattr(&line, OptionalActions::Now, &settings)?;
    ioctl_tiocexcl(&line)?;
    tcflush(&line, QueueSelector::IFlush)?;
    Ok(line)
}

/// Receives until `stop` or until the line is gone.
#[expect(clippy::disallowed_methods, reason = "the pauses between letters are measured where they are received")]
fn receive(line: &OwnedFd, stop: &AtomicBool, tell: &impl Fn(Sensitive<String>)) -> Result<(), Errno> {
    let begin = Instant::now();
    let heed = Timespec { tv_sec: 0, tv_nsec: PAUSE.subsec_nanos().into() };
    let (mut burst, mut bytes) = (Burst::default(), Zeroizing::new([0; 1_024]));
    while !stop.load(Ordering::Relaxed) {
        let mut wanted = [PollFd::new(line, PollFlags::IN)];
        let count = match poll(&mut wanted, Some(&heed)) {
            Ok(0) | Err(Errno::INTR) => 0,
            Ok(_) => match read(line, &mut *bytes) {
                Ok(0) => return Err(Errno::NODEV),
                Err(Errno::AGAIN | Errno::INTR) => 0,
                count => count?,
            },
            Err(error) => return Err(error),
        };
        let now = begin.elapsed();
        // No code of ours has other letters than those of ASCII.
        for byte in bytes.iter().take(count).filter(|byte| byte.is_ascii()) {
            if let Some(code) = burst.push(char::from(*byte), now) {
                tell(code);
                sleep(BETWEEN_CODES);
            }
        }
        if let Some(code) = burst.after_pause(now) {
            tell(code);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use rustix::io::write;
    use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
    use std::path::PathBuf;
    use std::sync::mpsc::{Receiver, sync_channel};
    use std::thread;

    /// A scanner: what is written to the first end comes out of the device.
    fn scanner() -> (OwnedFd, PathBuf) {
        let end = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).expect("a pty");
        grantpt(&end).expect("granted");
        unlockpt(&end).expect("unlocked");
        let device = ptsname(&end, Vec::new()).expect("a name").into_string().expect("a path");
        (end, device.into())
    }

    /// Scans the code until it is received: before the line is open, what is sent is dropped.
    fn scan_until_received(scanner: &OwnedFd, code: &str, received: &Receiver<Sensitive<String>>) -> String {
        for _ in 0..100 {
            write(scanner, format!("{code}\r\n").as_bytes()).expect("written");
            if let Ok(code) = received.recv_timeout(Duration::from_millis(200)) {
                return code.reveal().clone();
            }
        }
        panic!("nothing was received");
    }

    fn while_listening(path: &Path, check: impl FnOnce(&Receiver<Sensitive<String>>)) {
        let (send, received) = sync_channel(100);
        let stop = AtomicBool::new(false);
        thread::scope(|scope| {
            scope.spawn(|| listen(path, &stop, |code| drop(send.try_send(code))));
            let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| check(&received)));
            stop.store(true, Ordering::Relaxed);
            outcome.unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        });
    }

    #[test]
    fn codes_come_from_a_serial_scanner_however_it_ends_them_and_noise_does_not() {
        let (scanner, device) = scanner();
        while_listening(&device, |received| {
            assert_eq!(scan_until_received(&scanner, "shlink:/first", received), "shlink:/first");
            let dense = format!("shc:/{}", "42".repeat(1_195));
            for sent in [format!("\u{2}{dense}\u{3}"), format!("{dense}\t"), dense.clone()] {
                write(&scanner, sent.as_bytes()).expect("written");
                let code = received.recv_timeout(Duration::from_secs(10)).expect("a code");
                assert!(*code.reveal() == dense, "{} letters came", code.reveal().len());
            }
            write(&scanner, &[0xFF, 0xFE, 0, 0x80]).expect("written");
            write(&scanner, b"shlink:/a\xC3\xBFb\rWIFI:S:x;;\r").expect("written");
            let next = || received.recv_timeout(Duration::from_secs(10)).expect("a code").reveal().clone();
            assert_eq!([next(), next()], ["shlink:/ab", "WIFI:S:x;;\n"]);
        });
    }

    #[test]
    fn a_scanner_that_is_unplugged_and_comes_back_as_another_device_is_found_by_its_path() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("scanner");
        while_listening(&path, |received| {
            for code in ["shlink:/first", "shlink:/second"] {
                let (scanner, device) = scanner();
                let _ = std::fs::remove_file(&path);
                std::os::unix::fs::symlink(device, &path).expect("a link");
                assert_eq!(scan_until_received(&scanner, code, received), code);
            }
        });
    }

    #[test]
    fn what_is_no_terminal_is_not_read() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("file");
        std::fs::write(&path, "shlink:/abc\n").expect("written");
        assert_eq!(open_line(&path).err(), Some(Errno::NOTTY));
    }
}
