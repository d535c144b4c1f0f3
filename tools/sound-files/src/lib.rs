//! Sound of files that phones and browsers make, for a JavaScript host: Symphonia behind a handful of C functions.
//! One instance reads one file. A panic is a trap, which ends the instance and nothing else.
//!
//! `input` → the host writes the file there → `skip` what stands in front of it → `open` → `next` until it ends → `sound` or
//! `packet` after each.

use std::cell::RefCell;
use std::io::Cursor;

use symphonia::core::codecs::audio::well_known::{
    CODEC_ID_AAC, CODEC_ID_ALAC, CODEC_ID_FLAC, CODEC_ID_OPUS, CODEC_ID_VORBIS,
};
use symphonia::core::codecs::audio::{AudioCodecId, AudioDecoder, AudioDecoderOptions};
use symphonia::core::errors::Error;
use symphonia::core::formats::probe::Hint;
use symphonia::core::formats::{FormatReader, TrackType};
use symphonia::core::io::MediaSourceStream;

/// What `open` answers: sound comes, packets of Opus come, or none of both.
const SOUND: i32 = 0;
const OPUS_PACKETS: i32 = 1;
const NOT_RECOGNISED: i32 = -1;

/// What `next` answers when there are no more bytes to give.
const END: i32 = -1;
const DAMAGED: i32 = -2;
/// Behind what has ended another stream begins (chained Ogg): where the host decodes, it begins anew.
const NEXT_STREAM: i32 = -3;

/// A caller who stops and goes on makes a few. Each is looked for through the rest of the file.
const MOST_STREAMS: u32 = 1_000;

#[derive(Default)]
struct State {
    input: Vec<u8>,
    reading: Option<Reading>,
    /// The last piece of sound, channel by channel.
    sound: Vec<f32>,
    /// The last packet, where the host decodes.
    packet: Vec<u8>,
    /// `<container>/<codec>`, or what went wrong.
    text: String,
}

struct Reading {
    format: Box<dyn FormatReader>,
    stream: Stream,
    streams: u32,
    /// Frames at the end of the last packet that are not to be heard, where the host decodes.
    trim_end: u32,
    /// Packets that could not be decoded.
    broken: u32,
}

/// What is read of a file now; in most there is one.
struct Stream {
    codec: AudioCodecId,
    /// None: the host decodes.
    decoder: Option<Box<dyn AudioDecoder>>,
    track: u32,
    sample_rate: u32,
    channels: u32,
    /// Frames that the file says it has until its end; none when it does not say.
    promised: Option<u64>,
    /// Frames at the beginning that are not to be heard, where the host decodes.
    delay: u32,
}

/// What comes next: frames of sound or bytes of a packet, or none of both.
enum Step {
    Amount(usize),
    NextStream,
    End,
}

thread_local! {
    static STATE: RefCell<State> = RefCell::default();
}

fn with<T>(work: impl FnOnce(&mut State) -> T) -> T {
    STATE.with_borrow_mut(work)
}

/// Room for a file of so many bytes.
#[unsafe(no_mangle)]
pub extern "C" fn input(bytes: u32) -> *mut u8 {
    with(|state| {
        state.input = vec![0; bytes as usize];
        state.input.as_mut_ptr()
    })
}

/// Leaves out so many bytes at the beginning of what was written.
#[unsafe(no_mangle)]
pub extern "C" fn skip(bytes: u32) {
    with(|state| {
        let bytes = state.input.len().min(bytes as usize);
        state.input.drain(..bytes);
    })
}

#[unsafe(no_mangle)]
pub extern "C" fn open() -> i32 {
    with(|state| match reading(std::mem::take(&mut state.input)) {
        Ok((reading, text)) => {
            let kind = if reading.stream.decoder.is_some() {
                SOUND
            } else {
                OPUS_PACKETS
            };
            state.reading = Some(reading);
            state.text = text;
            kind
        }
        Err(why) => {
            state.text = why;
            NOT_RECOGNISED
        }
    })
}

/// How much comes next: frames of sound, or bytes of one Opus packet.
#[unsafe(no_mangle)]
pub extern "C" fn next() -> i32 {
    with(|state| {
        let Some(reading) = state.reading.as_mut() else {
            return END;
        };
        match read(reading, &mut state.sound, &mut state.packet) {
            Ok(Step::Amount(amount)) => amount as i32,
            Ok(Step::NextStream) => NEXT_STREAM,
            Ok(Step::End) => END,
            Err(why) => {
                state.text = why;
                DAMAGED
            }
        }
    })
}

/// 32-bit floats, all of the first channel, then all of the next.
#[unsafe(no_mangle)]
pub extern "C" fn sound() -> *const f32 {
    with(|state| state.sound.as_ptr())
}

#[unsafe(no_mangle)]
pub extern "C" fn packet() -> *const u8 {
    with(|state| state.packet.as_ptr())
}

#[unsafe(no_mangle)]
pub extern "C" fn text() -> *const u8 {
    with(|state| state.text.as_ptr())
}

#[unsafe(no_mangle)]
pub extern "C" fn text_bytes() -> u32 {
    with(|state| state.text.len() as u32)
}

fn of_reading(of: impl FnOnce(&Reading) -> u32) -> u32 {
    with(|state| state.reading.as_ref().map_or(0, of))
}

#[unsafe(no_mangle)]
pub extern "C" fn sample_rate() -> u32 {
    of_reading(|reading| reading.stream.sample_rate)
}

#[unsafe(no_mangle)]
pub extern "C" fn channels() -> u32 {
    of_reading(|reading| reading.stream.channels)
}

/// Negative when the file does not say.
#[unsafe(no_mangle)]
pub extern "C" fn promised() -> f64 {
    with(|state| {
        state
            .reading
            .as_ref()
            .and_then(|reading| reading.stream.promised)
            .map_or(-1.0, |frames| frames as f64)
    })
}

#[unsafe(no_mangle)]
pub extern "C" fn delay() -> u32 {
    of_reading(|reading| reading.stream.delay)
}

#[unsafe(no_mangle)]
pub extern "C" fn trim_end() -> u32 {
    of_reading(|reading| reading.trim_end)
}

#[unsafe(no_mangle)]
pub extern "C" fn broken() -> u32 {
    of_reading(|reading| reading.broken)
}

fn codec_name(codec: AudioCodecId) -> Option<&'static str> {
    match codec {
        CODEC_ID_AAC => Some("aac"),
        CODEC_ID_ALAC => Some("alac"),
        CODEC_ID_FLAC => Some("flac"),
        CODEC_ID_OPUS => Some("opus"),
        CODEC_ID_VORBIS => Some("vorbis"),
        _ => None,
    }
}

fn said(error: Error) -> String {
    error.to_string()
}

fn reading(file: Vec<u8>) -> Result<(Reading, String), String> {
    let source = MediaSourceStream::new(Box::new(Cursor::new(file)), Default::default());
    let format = symphonia::default::get_probe()
        .probe(&Hint::new(), source, Default::default(), Default::default())
        .map_err(said)?;
    let stream = stream_of(format.as_ref())?;
    let codec = codec_name(stream.codec).unwrap_or_default();
    let text = format!("{}/{codec}", format.format_info().short_name);
    let reading = Reading {
        format,
        stream,
        streams: 1,
        trim_end: 0,
        broken: 0,
    };
    Ok((reading, text))
}

fn stream_of(format: &dyn FormatReader) -> Result<Stream, String> {
    let track = format
        .default_track(TrackType::Audio)
        .ok_or("it has no sound")?;
    let parameters = track
        .codec_params
        .as_ref()
        .and_then(|parameters| parameters.audio())
        .ok_or("its sound is of an unknown kind")?;
    codec_name(parameters.codec).ok_or("its sound is of a kind that is not kept")?;
    let decoder = match parameters.codec {
        CODEC_ID_OPUS => None,
        _ => Some(
            symphonia::default::get_codecs()
                .make_audio_decoder(parameters, &AudioDecoderOptions::default())
                .map_err(said)?,
        ),
    };
    Ok(Stream {
        codec: parameters.codec,
        decoder,
        track: track.id,
        sample_rate: parameters.sample_rate.unwrap_or(0),
        channels: parameters
            .channels
            .as_ref()
            .map_or(0, |channels| channels.count() as u32),
        promised: track.num_frames,
        delay: track.delay.unwrap_or(0),
    })
}

/// Goes on with what begins behind the stream that has ended, and is of the same kind.
fn begin_next(reading: &mut Reading) -> Result<(), String> {
    let mut next = stream_of(reading.format.as_ref())?;
    if next.codec != reading.stream.codec {
        return Err("its sound is of two kinds".into());
    }
    reading.streams += 1;
    if reading.streams > MOST_STREAMS {
        return Err("it is of too many pieces".into());
    }
    next.promised = reading
        .stream
        .promised
        .zip(next.promised)
        .and_then(|(before, more)| before.checked_add(more));
    reading.stream = next;
    Ok(())
}

fn read(
    reading: &mut Reading,
    sound: &mut Vec<f32>,
    bytes: &mut Vec<u8>,
) -> Result<Step, String> {
    loop {
        let packet = match reading.format.next_packet() {
            Ok(Some(packet)) => packet,
            Ok(None) => return Ok(Step::End),
            Err(Error::ResetRequired) => {
                begin_next(reading)?;
                return Ok(Step::NextStream);
            }
            Err(error) => return Err(said(error)),
        };
        let stream = &mut reading.stream;
        if packet.track_id != stream.track {
            continue;
        }
        let Some(decoder) = stream.decoder.as_mut() else {
            reading.trim_end = packet.trim_end.get() as u32;
            bytes.clear();
            bytes.extend_from_slice(&packet.data);
            return Ok(Step::Amount(bytes.len()));
        };
        let decoded = match decoder.decode(&packet) {
            Ok(decoded) => decoded,
            Err(Error::DecodeError(_)) => {
                reading.broken += 1;
                continue;
            }
            Err(error) => return Err(said(error)),
        };
        // What it really is: headers may say otherwise, or nothing.
        stream.sample_rate = decoded.spec().rate();
        stream.channels = decoded.spec().channels().count() as u32;
        let frames = decoded.frames();
        if frames == 0 {
            continue;
        }
        sound.resize(frames * decoded.num_planes(), 0.0);
        decoded.copy_to_slice_planar(&mut sound.chunks_exact_mut(frames).collect::<Vec<_>>());
        return Ok(Step::Amount(frames));
    }
}
