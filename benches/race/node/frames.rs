//! Counts requests in what a client sends over HTTP/2, without reading them.
//!
//! A request begins with a frame of type HEADERS on a stream that was not open before, and stream ids of a client only
//! rise. Source of fact: RFC 9113, sections 3.4, 4.1 and 5.1.1.

/// What a client sends before its first frame.
const PREFACE: usize = 24;
const FRAME_HEADER: usize = 9;
const HEADERS: u8 = 1;

/// Reads one connection's bytes, in whatever pieces they come.
#[derive(Debug)]
pub(crate) struct Frames {
    /// Bytes that are not looked at.
    skip: usize,
    header: Vec<u8>,
    highest_stream: u32,
}

impl Default for Frames {
    fn default() -> Self {
        Self { skip: PREFACE, header: Vec::with_capacity(FRAME_HEADER), highest_stream: 0 }
    }
}

impl Frames {
    /// How many requests begin in these bytes.
    pub(crate) fn requests_in(&mut self, mut bytes: &[u8]) -> u64 {
        let mut requests = 0;
        while !bytes.is_empty() {
            let skipped = self.skip.min(bytes.len());
            self.skip -= skipped;
            bytes = bytes.get(skipped..).unwrap_or_default();
            let wanted = (FRAME_HEADER - self.header.len()).min(bytes.len());
            let (head, rest) = bytes.split_at(wanted);
            self.header.extend_from_slice(head);
            bytes = rest;
            if let [a, b, c, kind, _, s, t, u, v] = *self.header.as_slice() {
                self.header.clear();
                self.skip = u32::from_be_bytes([0, a, b, c]) as usize;
                let stream = u32::from_be_bytes([s & 0x7f, t, u, v]);
                if kind == HEADERS && stream > self.highest_stream {
                    self.highest_stream = stream;
                    requests += 1;
                }
            }
        }
        requests
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(kind: u8, stream: u8, payload: usize) -> Vec<u8> {
        let length = u8::try_from(payload).unwrap();
        [vec![0, 0, length, kind, 0, 0, 0, 0, stream], vec![HEADERS; payload]].concat()
    }

    fn connection() -> Vec<u8> {
        let preface = vec![b'x'; PREFACE];
        let (settings, data, trailers) = (frame(4, 0, 6), frame(0, 1, 100), frame(HEADERS, 1, 3));
        [preface, settings, frame(HEADERS, 1, 20), data, trailers, frame(HEADERS, 3, 0), frame(HEADERS, 5, 9)].concat()
    }

    #[test]
    fn headers_on_a_new_stream_are_a_request_and_nothing_else_is() {
        assert_eq!(Frames::default().requests_in(&connection()), 3);
    }

    #[test]
    fn pieces_of_any_size_give_the_same_count() {
        for size in [1, 2, 7, 50] {
            let mut frames = Frames::default();
            let count: u64 = connection().chunks(size).map(|piece| frames.requests_in(piece)).sum();
            assert_eq!(count, 3, "pieces of {size} bytes");
        }
    }
}
