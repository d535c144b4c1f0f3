//! Sound of files that phones and browsers make, for a JavaScript host: Symphonia behind a handful of C functions.
//! One instance reads one file. A panic is a trap, which ends the instance and nothing else.
//!
//! `input` → the host writes the file there → `open` → `next` until it ends → `sound` or `packet` after each.

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
    /// None: the host decodes.
    decoder: Option<Box<dyn AudioDecoder>>,
    track: u32,
    sample_rate: u32,
    channels: u32,
    /// Frames that the file says it has; none when it does not say.
    promised: Option<u64>,
    /// Frames at the beginning that are not to be heard, where the host decodes.
    delay: u32,
    /// Frames at the end of the last packet that are not to be heard, where the host decodes.
    trim_end: u32,
    /// Packets that could not be decoded.
    broken: u32,
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

#[unsafe(no_mangle)]
pub extern "C" fn open() -> i32 {
    with(|state| match reading(std::mem::take(&mut state.input)) {
        Ok((reading, text)) => {
            let kind = if reading.decoder.is_some() {
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
            Ok(Some(amount)) => amount as i32,
            Ok(None) => END,
            Err(error) => {
                state.text = error.to_string();
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
    of_reading(|reading| reading.sample_rate)
}

#[unsafe(no_mangle)]
pub extern "C" fn channels() -> u32 {
    of_reading(|reading| reading.channels)
}

/// Negative when the file does not say.
#[unsafe(no_mangle)]
pub extern "C" fn promised() -> f64 {
    with(|state| {
        state
            .reading
            .as_ref()
            .and_then(|reading| reading.promised)
            .map_or(-1.0, |frames| frames as f64)
    })
}

#[unsafe(no_mangle)]
pub extern "C" fn delay() -> u32 {
    of_reading(|reading| reading.delay)
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

fn reading(file: Vec<u8>) -> Result<(Reading, String), String> {
    let said = |error: Error| error.to_string();
    let source = MediaSourceStream::new(Box::new(Cursor::new(file)), Default::default());
    let format = symphonia::default::get_probe()
        .probe(&Hint::new(), source, Default::default(), Default::default())
        .map_err(said)?;
    let track = format
        .default_track(TrackType::Audio)
        .ok_or("it has no sound")?;
    let parameters = track
        .codec_params
        .as_ref()
        .and_then(|parameters| parameters.audio())
        .ok_or("its sound is of an unknown kind")?;
    let codec = codec_name(parameters.codec).ok_or("its sound is of a kind that is not kept")?;
    let decoder = match parameters.codec {
        CODEC_ID_OPUS => None,
        _ => Some(
            symphonia::default::get_codecs()
                .make_audio_decoder(parameters, &AudioDecoderOptions::default())
                .map_err(said)?,
        ),
    };
    let text = format!("{}/{codec}", format.format_info().short_name);
    let reading = Reading {
        decoder,
        track: track.id,
        sample_rate: parameters.sample_rate.unwrap_or(0),
        channels: parameters
            .channels
            .as_ref()
            .map_or(0, |channels| channels.count() as u32),
        promised: track.num_frames,
        delay: track.delay.unwrap_or(0),
        trim_end: 0,
        broken: 0,
        format,
    };
    Ok((reading, text))
}

/// How many frames or bytes; none at the end.
fn read(
    reading: &mut Reading,
    sound: &mut Vec<f32>,
    bytes: &mut Vec<u8>,
) -> Result<Option<usize>, Error> {
    loop {
        let Some(packet) = reading.format.next_packet()? else {
            return Ok(None);
        };
        if packet.track_id != reading.track {
            continue;
        }
        let Some(decoder) = reading.decoder.as_mut() else {
            reading.trim_end = packet.trim_end.get() as u32;
            bytes.clear();
            bytes.extend_from_slice(&packet.data);
            return Ok(Some(bytes.len()));
        };
        let decoded = match decoder.decode(&packet) {
            Ok(decoded) => decoded,
            Err(Error::DecodeError(_)) => {
                reading.broken += 1;
                continue;
            }
            Err(error) => return Err(error),
        };
        // What it really is: headers may say otherwise, or nothing.
        reading.sample_rate = decoded.spec().rate();
        reading.channels = decoded.spec().channels().count() as u32;
        let frames = decoded.frames();
        if frames == 0 {
            continue;
        }
        sound.resize(frames * decoded.num_planes(), 0.0);
        decoded.copy_to_slice_planar(&mut sound.chunks_exact_mut(frames).collect::<Vec<_>>());
        return Ok(Some(frames));
    }
}
