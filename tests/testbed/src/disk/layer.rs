//! The layer between SQLite and its own file system (`sqlite3_vfs`): it passes everything on and tells the folder's [`Disk`].
#![expect(unsafe_code, reason = "SQLite's file systems are tables of C functions")]

use super::{Disk, Fault, Op};
use rusqlite::ffi;
use std::collections::BTreeMap;
use std::ffi::{CStr, c_char, c_int, c_void};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, Once, PoisonError};

static WATCHED: Mutex<BTreeMap<PathBuf, Disk>> = Mutex::new(BTreeMap::new());
static REGISTER: Once = Once::new();

/// One open file: the part that SQLite sees, and behind it the real one.
#[repr(C)]
struct Layered {
    base: ffi::sqlite3_file,
    /// Owned; null when nobody watches the folder.
    told: *mut Told,
}

struct Told {
    disk: Disk,
    file: String,
}

const REAL_AT: usize = size_of::<Layered>().next_multiple_of(16);

static METHODS: ffi::sqlite3_io_methods = ffi::sqlite3_io_methods {
    iVersion: 2,
    xClose: Some(close),
    xRead: Some(read),
    xWrite: Some(write),
    xTruncate: Some(truncate),
    xSync: Some(sync),
    xFileSize: Some(file_size),
    xLock: Some(lock),
    xUnlock: Some(unlock),
    xCheckReservedLock: Some(check_reserved_lock),
    xFileControl: Some(file_control),
    xSectorSize: Some(sector_size),
    xDeviceCharacteristics: Some(device_characteristics),
    xShmMap: Some(shm_map),
    xShmLock: Some(shm_lock),
    xShmBarrier: Some(shm_barrier),
    xShmUnmap: Some(shm_unmap),
    xFetch: None,
    xUnfetch: None,
};

pub(super) fn install(disk: &Disk) {
    REGISTER.call_once(|| {
        // SAFETY: the default file system lives as long as the process; ours is leaked and does too.
        unsafe {
            let real = ffi::sqlite3_vfs_find(std::ptr::null());
            assert!(!real.is_null(), "SQLite has a file system");
            let mut ours = Box::new(*real);
            ours.pNext = std::ptr::null_mut();
            ours.zName = c"watched".as_ptr();
            ours.pAppData = real.cast();
            ours.szOsFile = (*real).szOsFile + c_int::try_from(REAL_AT).unwrap_or(c_int::MAX);
            ours.xOpen = Some(open);
            ours.xDelete = Some(delete);
            assert_eq!(ffi::sqlite3_vfs_register(Box::into_raw(ours), 1), ffi::SQLITE_OK);
        }
    });
    watched().insert(disk.folder.clone(), disk.clone());
}

fn watched() -> MutexGuard<'static, BTreeMap<PathBuf, Disk>> {
    WATCHED.lock().unwrap_or_else(PoisonError::into_inner)
}

fn told_of(name: *const c_char) -> Option<Told> {
    if name.is_null() {
        return None;
    }
    // SAFETY: SQLite hands out names that end in a zero byte.
    let path = Path::new(unsafe { CStr::from_ptr(name) }.to_str().ok()?);
    let disk = watched().get(path.parent()?)?.clone();
    Some(Told { disk, file: path.file_name()?.to_str()?.to_owned() })
}

unsafe extern "C" fn open(
    vfs: *mut ffi::sqlite3_vfs,
    name: ffi::sqlite3_filename,
    file: *mut ffi::sqlite3_file,
    flags: c_int,
    out: *mut c_int,
) -> c_int {
    unsafe {
        let real: *mut ffi::sqlite3_vfs = (*vfs).pAppData.cast();
        let layered: *mut Layered = file.cast();
        (*layered).base.pMethods = std::ptr::null();
        (*layered).told = std::ptr::null_mut();
        let Some(opened) = (*real).xOpen else { return ffi::SQLITE_ERROR };
        let code = opened(real, name, real_of(file), flags, out);
        if code == ffi::SQLITE_OK {
            (*layered).base.pMethods = &raw const METHODS;
            if let Some(told) = told_of(name) {
                (*layered).told = Box::into_raw(Box::new(told));
            }
        }
        code
    }
}

unsafe extern "C" fn delete(vfs: *mut ffi::sqlite3_vfs, name: *const c_char, sync_dir: c_int) -> c_int {
    unsafe {
        let real: *mut ffi::sqlite3_vfs = (*vfs).pAppData.cast();
        let Some(deleted) = (*real).xDelete else { return ffi::SQLITE_ERROR };
        if let Some(told) = told_of(name) {
            told.disk.note(Op::Remove { file: told.file.clone() });
        }
        deleted(real, name, sync_dir)
    }
}

unsafe fn real_of(file: *mut ffi::sqlite3_file) -> *mut ffi::sqlite3_file {
    unsafe { file.cast::<u8>().add(REAL_AT).cast() }
}

/// Notes the operation; the code with which it fails, if it shall.
unsafe fn note(file: *mut ffi::sqlite3_file, op: impl FnOnce(String) -> Op) -> Option<c_int> {
    let told = unsafe { (*file.cast::<Layered>()).told.as_ref() }?;
    told.disk.note(op(told.file.clone())).map(|fault| match fault {
        Fault::Full => ffi::SQLITE_FULL,
        Fault::Broken => ffi::SQLITE_IOERR_WRITE,
    })
}

/// Passes a call on to the real file.
macro_rules! pass {
    ($file:ident, $method:ident $(, $argument:expr)*) => {
        unsafe {
            let real = real_of($file);
            match (*(*real).pMethods).$method {
                Some(method) => method(real $(, $argument)*),
                None => ffi::SQLITE_ERROR,
            }
        }
    };
}

unsafe extern "C" fn close(file: *mut ffi::sqlite3_file) -> c_int {
    unsafe {
        let layered: *mut Layered = file.cast();
        if !(*layered).told.is_null() {
            drop(Box::from_raw((*layered).told));
            (*layered).told = std::ptr::null_mut();
        }
    }
    pass!(file, xClose)
}

unsafe extern "C" fn read(file: *mut ffi::sqlite3_file, into: *mut c_void, bytes: c_int, offset: i64) -> c_int {
    pass!(file, xRead, into, bytes, offset)
}

unsafe extern "C" fn write(file: *mut ffi::sqlite3_file, from: *const c_void, bytes: c_int, offset: i64) -> c_int {
    // SAFETY: SQLite hands over that many bytes.
    let data = unsafe { std::slice::from_raw_parts(from.cast::<u8>(), usize::try_from(bytes).unwrap_or(0)) }.to_vec();
    let offset_ = usize::try_from(offset).unwrap_or(0);
    match unsafe { note(file, |name| Op::Write { file: name, offset: offset_, data }) } {
        Some(code) => code,
        None => pass!(file, xWrite, from, bytes, offset),
    }
}

unsafe extern "C" fn truncate(file: *mut ffi::sqlite3_file, bytes: i64) -> c_int {
    let length = usize::try_from(bytes).unwrap_or(0);
    match unsafe { note(file, |name| Op::Cut { file: name, bytes: length }) } {
        Some(code) => code,
        None => pass!(file, xTruncate, bytes),
    }
}

unsafe extern "C" fn sync(file: *mut ffi::sqlite3_file, flags: c_int) -> c_int {
    match unsafe { note(file, |name| Op::Sync { file: name }) } {
        Some(code) => code,
        None => pass!(file, xSync, flags),
    }
}

unsafe extern "C" fn file_size(file: *mut ffi::sqlite3_file, size: *mut i64) -> c_int {
    pass!(file, xFileSize, size)
}

unsafe extern "C" fn lock(file: *mut ffi::sqlite3_file, level: c_int) -> c_int {
    pass!(file, xLock, level)
}

unsafe extern "C" fn unlock(file: *mut ffi::sqlite3_file, level: c_int) -> c_int {
    pass!(file, xUnlock, level)
}

unsafe extern "C" fn check_reserved_lock(file: *mut ffi::sqlite3_file, out: *mut c_int) -> c_int {
    pass!(file, xCheckReservedLock, out)
}

unsafe extern "C" fn file_control(file: *mut ffi::sqlite3_file, what: c_int, argument: *mut c_void) -> c_int {
    pass!(file, xFileControl, what, argument)
}

unsafe extern "C" fn sector_size(file: *mut ffi::sqlite3_file) -> c_int {
    pass!(file, xSectorSize)
}

unsafe extern "C" fn device_characteristics(file: *mut ffi::sqlite3_file) -> c_int {
    pass!(file, xDeviceCharacteristics)
}

unsafe extern "C" fn shm_map(
    file: *mut ffi::sqlite3_file,
    page: c_int,
    size: c_int,
    extend: c_int,
    out: *mut *mut c_void,
) -> c_int {
    pass!(file, xShmMap, page, size, extend, out)
}

unsafe extern "C" fn shm_lock(file: *mut ffi::sqlite3_file, offset: c_int, count: c_int, flags: c_int) -> c_int {
    pass!(file, xShmLock, offset, count, flags)
}

unsafe extern "C" fn shm_barrier(file: *mut ffi::sqlite3_file) {
    unsafe {
        let real = real_of(file);
        if let Some(method) = (*(*real).pMethods).xShmBarrier {
            method(real);
        }
    }
}

unsafe extern "C" fn shm_unmap(file: *mut ffi::sqlite3_file, remove: c_int) -> c_int {
    pass!(file, xShmUnmap, remove)
}
