using NativeHost.LlamaCpp.Interop;

namespace NativeHost.LlamaCpp.Tests.Interop;

/// <summary>The log is one for the process, so these look for lines that nothing else writes.</summary>
public sealed class NativeLogTests
{
    private const int Info = 2;
    private const int Error = 4;
    private const int Continuation = 5;

    [Fact]
    public void A_line_that_comes_in_parts_is_put_together()
    {
        var lines = new List<(NativeLogLevel Level, string Text)>();
        NativeLog.AddSink((level, text) =>
        {
            lock (lines)
            {
                lines.Add((level, text));
            }
        });

        NativeLog.Append(Info, "the first part, ");
        NativeLog.Append(Continuation, "the second\n");

        lock (lines)
        {
            Assert.Contains((NativeLogLevel.Info, "the first part, the second"), lines);
        }
    }

    [Fact]
    public void Errors_are_kept_for_the_exception_that_follows()
    {
        NativeLog.Append(Error, "this tensor is not there\n");

        Assert.Contains("this tensor is not there", NativeLog.LastComplaints(), StringComparison.Ordinal);
    }
}
