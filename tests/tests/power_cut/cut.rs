//! A WAL, cut short.
//!
//! Source of fact: SQLite, "WAL-mode file format": a header of 32 bytes, then frames of 24 bytes and a page.

const HEADER: usize = 32;
const FRAME_HEADER: usize = 24;

/// The bytes of a WAL.
pub(crate) struct Wal {
    bytes: Vec<u8>,
    frame: usize,
}

/// How the last write ended.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Tear {
    /// With a whole frame.
    Clean,
    /// In the middle of the next frame.
    Halfway,
    /// With a frame whose second half never reached the disk.
    Torn,
}

impl Tear {
    pub(crate) const ALL: [Self; 3] = [Self::Clean, Self::Halfway, Self::Torn];
}

impl Wal {
    pub(crate) fn new(bytes: Vec<u8>) -> Self {
        let page = bytes.get(8..12).map_or(4096, |size| u32::from_be_bytes(size.try_into().unwrap()));
        Self { bytes, frame: FRAME_HEADER + usize::try_from(page).unwrap() }
    }

    /// Lengths at which frames end.
    pub(crate) fn boundaries(&self) -> impl Iterator<Item = usize> {
        (HEADER..=self.bytes.len()).step_by(self.frame)
    }

    /// The WAL up to `length`, and what there is of the frame behind it; nothing if there is none to be torn.
    pub(crate) fn cut(&self, length: usize, tear: Tear) -> Option<Vec<u8>> {
        let next = length + self.frame;
        match tear {
            Tear::Clean => Some(self.bytes[..length].to_vec()),
            Tear::Halfway => (next <= self.bytes.len()).then(|| self.bytes[..length + self.frame / 2].to_vec()),
            Tear::Torn => (next <= self.bytes.len()).then(|| {
                let mut torn = self.bytes[..next].to_vec();
                torn[length + self.frame / 2..].fill(0);
                torn
            }),
        }
    }
}
