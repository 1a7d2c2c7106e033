using NativeHost.Framing;
using NativeHost.Messages;
using NativeHost.Routing;
using Xunit;

namespace NativeHost.Tests.Routing;

public sealed class FinalFrameTests : IDisposable
{
    private readonly MemoryStream _sent = new();

    [Fact]
    public async Task A_second_one_is_refused_and_nothing_is_written()
    {
        using var writer = new FrameWriter(_sent, WireFormat.Lines);
        var final = new FinalFrame(writer, id: null);
        await final.SendAsync(new ErrorReply { Code = ErrorCode.Internal }, MessagesJson.Default.ErrorReply);
        var length = _sent.Length;

        await Assert.ThrowsAsync<InvalidOperationException>(() => final.SendAsync(new ErrorReply { Code = ErrorCode.Internal }, MessagesJson.Default.ErrorReply));

        Assert.Equal(length, _sent.Length);
    }

    [Fact]
    public async Task One_that_was_too_large_to_be_written_leaves_room_for_an_error()
    {
        using var writer = new FrameWriter(_sent, WireFormat.Lines);
        var final = new FinalFrame(writer, id: null);
        var tooLong = new ErrorReply { Code = ErrorCode.Internal, Message = new string('x', FrameLimits.MaxOutboundBytes) };

        await Assert.ThrowsAsync<MessageTooLargeException>(() => final.SendAsync(tooLong, MessagesJson.Default.ErrorReply));
        Assert.Equal(0, _sent.Length);
        await final.SendAsync(new ErrorReply { Code = ErrorCode.Internal }, MessagesJson.Default.ErrorReply);

        Assert.NotEqual(0, _sent.Length);
    }

    public void Dispose() => _sent.Dispose();
}
