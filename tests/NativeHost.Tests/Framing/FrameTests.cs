using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Text;
using NativeHost.Framing;
using Xunit;

namespace NativeHost.Tests.Framing;

public sealed class FrameTests
{
    private static CancellationToken Timeout => Patience.Token;

    [Fact]
    public async Task A_frame_split_anywhere_is_put_together()
    {
        byte[] wire = [2, 0, 0, 0, (byte)'{', (byte)'}'];
        for (var cut = 1; cut < wire.Length; cut++)
        {
            var pipe = new Pipe();
            var read = new FrameReader(pipe.Reader).ReadAsync(Timeout);

            await pipe.Writer.WriteAsync(wire.AsMemory(0, cut), Timeout);
            await pipe.Writer.WriteAsync(wire.AsMemory(cut), Timeout);

            Assert.Equal("{}", Text(await read));
        }
    }

    [Fact]
    public async Task Two_frames_in_one_read_come_out_one_by_one()
    {
        var reader = new FrameReader(PipeReader.Create(new ReadOnlySequence<byte>([1, 0, 0, 0, (byte)'1', 1, 0, 0, 0, (byte)'2'])));

        Assert.Equal("1", Text(await reader.ReadAsync(Timeout)));
        reader.Release();
        Assert.Equal("2", Text(await reader.ReadAsync(Timeout)));
        reader.Release();
        Assert.Null(await reader.ReadAsync(Timeout));
    }

    [Theory]
    [InlineData(new byte[] { 2, 0, 0 })]
    [InlineData(new byte[] { 2, 0, 0, 0, (byte)'{' })]
    [InlineData(new byte[] { 0xFF, 0xFF, 0xFF, 0xFF })]
    [InlineData(new byte[] { 1, 0, 0, 4 })]
    public async Task A_cut_or_oversized_frame_is_a_framing_error(byte[] wire)
    {
        var reader = new FrameReader(PipeReader.Create(new ReadOnlySequence<byte>(wire)));

        await Assert.ThrowsAsync<FramingException>(async () => await reader.ReadAsync(Timeout));
    }

    [Fact]
    public async Task Lines_come_out_without_their_ends_and_blank_ones_not_at_all()
    {
        var reader = new LineReader(PipeReader.Create(new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes("{}\n\n  \r\n[1]"))));

        Assert.Equal("{}", Text(await reader.ReadAsync(Timeout)));
        reader.Release();
        Assert.Equal("[1]", Text(await reader.ReadAsync(Timeout)));
        reader.Release();
        Assert.Null(await reader.ReadAsync(Timeout));
    }

    [Fact]
    public async Task A_message_of_exactly_the_limit_is_written_and_one_byte_more_is_refused_with_nothing_written()
    {
        using var stream = new MemoryStream();
        using var writer = new FrameWriter(stream, WireFormat.Frames);

        await writer.WriteAsync(FrameLimits.MaxOutboundBytes - 2, static (json, length) => json.WriteStringValue(new string('x', length)), Timeout);
        var written = stream.Length;
        await Assert.ThrowsAsync<MessageTooLargeException>(async () => await writer.WriteAsync(
            FrameLimits.MaxOutboundBytes - 1, static (json, length) => json.WriteStringValue(new string('x', length)), Timeout));

        Assert.Equal(FrameLimits.MaxOutboundBytes + FrameLimits.HeaderBytes, written);
        Assert.Equal(written, stream.Length);
        Assert.Equal(FrameLimits.MaxOutboundBytes, BinaryPrimitives.ReadInt32LittleEndian(stream.GetBuffer()));
    }

    [Fact]
    public async Task Half_of_a_surrogate_pair_is_written_as_valid_text()
    {
        using var stream = new MemoryStream();
        using var writer = new FrameWriter(stream, WireFormat.Lines);

        await writer.WriteAsync("a\ud83d", static (json, text) => json.WriteStringValue(text), Timeout);

        Assert.Equal("\"a\uFFFD\"\n", Encoding.UTF8.GetString(stream.ToArray()).Replace("\\uFFFD", "\uFFFD", StringComparison.Ordinal));
    }

    private static string? Text(ReadOnlySequence<byte>? frame)
        => frame is { } bytes ? Encoding.UTF8.GetString(bytes) : null;
}
