#!/bin/sh
# Makes the sample media again with ffmpeg 5.1 or later (libx264). The results are committed; nobody needs to run this.
set -eu
cd "$(dirname "$0")"

# One colour channel of a landscape: sky, sun and three ridges, from six two-digit hexadecimal values. T is the time in
# seconds: the sun goes down and the ridges pass by, the near ones faster.
# $1 sky above  $2 sky below  $3 sun  $4 $5 $6 ridges, far to near  $7 height of the sun in pixels  $8 roughness
channel() {
  far="300+40*sin((X+6*T)/70+$8)+12*$8*sin((X+6*T)/17)"
  middle="390+36*sin((X+16*T)/90+2*$8)+9*$8*sin((X+16*T)/23)"
  near="500+44*sin((X+40*T)/110+3*$8)+6*$8*sin((X+40*T)/31)"
  from_sun="hypot(X-230,Y-$7-25*T)"
  sky="lerp(lerp(0x$1,0x$2,Y/H),0x$3,exp(-pow($from_sun/150,2))*0.55)"
  echo "if(gt(Y,$near),0x$6,if(gt(Y,$middle),0x$5,if(gt(Y,$far),0x$4,if(lt($from_sun,46),0x$3,$sky))))"
}

# The filter that draws it.
# $1 sky above  $2 sky below  $3 sun  $4 $5 $6 ridges  $7 height of the sun  $8 roughness; colours as RRGGBB
landscape() {
  filter='format=gbrp,geq='
  for plane in r:1-2 g:3-4 b:5-6; do
    # shellcheck disable=SC2046 # six values, split on purpose
    expression=$(channel $(for colour in "$1" "$2" "$3" "$4" "$5" "$6"; do echo "$colour" | cut -c "${plane#*:}"; done) "$7" "$8")
    filter="$filter${plane%:*}='$expression':"
  done
  echo "${filter%:}"
}

# $1 name  $2… as for landscape
thumbnail() {
  name=$1
  shift
  ffmpeg -v error -y -f lavfi -i color=s=360x640 -vf "$(landscape "$@")" -frames:v 1 \
    -map_metadata -1 -fflags +bitexact -flags:v +bitexact -pix_fmt yuvj420p -q:v 6 "thumbnails/$name.jpg"
}

mkdir -p thumbnails
thumbnail harbour f7b267 f25c54 fff3d6 c8553d 8d3b4a 3d2645 250 0.3
thumbnail alps    0b1d3a 345b8c f4f1de 27476e 183153 0a1a30 120 1.6
thumbnail wheat   fbe8c8 e9b872 fffaf0 c98b4b 9a5f2c 5e3719 210 0.1
thumbnail rain    8d99ae 5c677d d6dde8 4a5568 343d4c 1f2530 150 0.6
thumbnail snow    dfe9f5 b9cfe6 ffffff f4f8fc dce8f3 a9c1da 190 0.9
thumbnail desert  ffd9a0 f4a261 fff7e0 e07a3f b5541f 73310f 170 0.2
thumbnail volcano 1b1033 6d2e7c ffd166 44215a 2b1440 140a22 230 2.4
thumbnail fjord   0a9bb5 05668d b8f2ff 04547a 033f63 02263d 90  0.5
thumbnail forest  d8f3c4 8cc084 fdffe8 52925a 2f6b46 143d2a 160 1.8
thumbnail blossom fde2ea f7a8c4 fffdf5 e27fa6 b8517f 6c2a4d 140 0.7
thumbnail aurora  03122b 0f7a6c b6ffd8 0b3a4a 072636 03111c 200 1.2
thumbnail autumn  c9ecff 7cc6fe fff9db ffb347 e4572e 29335c 200 0.4

# Seven seconds of a sunset with a quiet chord, in four segments.
# The compiler would take files named .ts for TypeScript, so they get that name only in the bucket.
# $1 rendition  $2 size  $3 bit rate of the picture
stream() {
  mkdir -p "stream/$1"
  ffmpeg -v error -y -f lavfi -i color=s=360x640:r=24:d=7 \
    -f lavfi -i "aevalsrc='0.08*(sin(2*PI*220*t)+sin(2*PI*277.2*t)+sin(2*PI*329.6*t))':s=44100:d=7" \
    -vf "$(landscape 3d2c8d f25c54 ffe3a3 8d3b4a 5a2a55 2a1838 70 0.7),scale=$2:flags=lanczos" \
    -c:v libx264 -profile:v main -preset slow -pix_fmt yuv420p -b:v "$3" -maxrate "$3" -bufsize "$3" \
    -force_key_frames 'expr:gte(t,n_forced*2)' -sc_threshold 0 -c:a aac -b:a 32k -ac 1 \
    -map_metadata -1 -fflags +bitexact -flags +bitexact \
    -f hls -hls_time 2 -hls_playlist_type vod -hls_flags independent_segments -start_number 1 \
    -hls_segment_filename "stream/$1/video_%03d.mpegts" "stream/$1/video.m3u8"
}

stream 720p 720x1280 150k
stream 480p 480x854 80k

# The playlist that names both. BANDWIDTH is that of the largest segment.
cat >stream/playlist.m3u8 <<PLAYLIST
#EXTM3U
#EXT-X-VERSION:6
#EXT-X-INDEPENDENT-SEGMENTS
#EXT-X-STREAM-INF:BANDWIDTH=190000,AVERAGE-BANDWIDTH=180000,RESOLUTION=720x1280,FRAME-RATE=24.000,CODECS="avc1.4d401f,mp4a.40.2"
720p/video.m3u8
#EXT-X-STREAM-INF:BANDWIDTH=140000,AVERAGE-BANDWIDTH=132000,RESOLUTION=480x854,FRAME-RATE=24.000,CODECS="avc1.4d401e,mp4a.40.2"
480p/video.m3u8
PLAYLIST

# The upload that the renditions stand for, from the same packets.
ffmpeg -v error -y -i stream/720p/video.m3u8 -c copy -bsf:a aac_adtstoasc -map_metadata -1 -fflags +bitexact \
  -movflags +faststart original.mp4
