using System.Runtime.InteropServices;
using System.Text;
using NativeHost.Framing;
using Xunit;

[assembly: DefaultDllImportSearchPaths(DllImportSearchPath.System32)]

namespace NativeHost.Tests.Framing;

[Collection(nameof(RunsAlone))]
public sealed partial class StandardStreamsTests
{
    private const int StandardOutput = 1;

    [Fact]
    public void What_native_code_prints_does_not_come_between_the_frames()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The C library of Windows has other names for this.");
        Span<int> ends = stackalloc int[2];
        Assert.Equal(0, pipe(ends));
        var kept = dup(StandardOutput);
        Assert.True(kept >= 0 && dup2(ends[1], StandardOutput) >= 0);
        try
        {
            using var output = StandardStreams.TakeOutput();
            _ = puts("(a native library says this to stdout)");
            _ = fflush(0);
            output.Write("frame"u8);
        }
        finally
        {
            _ = dup2(kept, StandardOutput);
            _ = close(kept);
            _ = close(ends[1]);
        }

        Span<byte> arrived = stackalloc byte[256];
        var length = read(ends[0], arrived, arrived.Length);
        _ = close(ends[0]);
        Assert.Equal("frame", Encoding.UTF8.GetString(arrived[..(int)length]));
    }

    [LibraryImport("libc")]
    private static partial int pipe(Span<int> ends);

    [LibraryImport("libc")]
    private static partial int dup(int descriptor);

    [LibraryImport("libc")]
    private static partial int dup2(int from, int to);

    [LibraryImport("libc")]
    private static partial int close(int descriptor);

    [LibraryImport("libc")]
    private static partial nint read(int descriptor, Span<byte> bytes, nint count);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int puts(string text);

    [LibraryImport("libc")]
    private static partial int fflush(nint file);
}
