using NativeHost.Messages;
using Serilog;
using Serilog.Core;
using Serilog.Events;

namespace NativeHost.Logging;

/// <summary>Every line that the host logs, each a method of its own.</summary>
/// <remarks>
/// A line is a fact with ids, sizes and times; never a prompt, an answer, or a secret. A log that cannot be written never
/// stops the host. Safe to call from any thread.
/// </remarks>
internal sealed class HostLog(ILogger logger) : IDisposable
{
    /// <summary>A log that nobody reads.</summary>
    public static HostLog None { get; } = new(Logger.None);

    public void Started(string version, string mode) => logger.Information("Started {Version} as {Mode}", version, mode);

    public void Ended(int exitCode) => logger.Information("Ended with {ExitCode}", exitCode);

    public void Answered(string action, TimeSpan elapsed)
        => logger.Debug("Answered {Action} in {Milliseconds:0.0} ms", action, elapsed.TotalMilliseconds);

    public void Failed(string action, Exception failure)
    {
        if (ErrorReplies.Of(failure) is { Code: not ErrorCode.Internal } reply)
        {
            logger.Information("Refused {Action}: {Code}", Shortened(action), reply.Code);
        }
        else
        {
            logger.Error(failure, "Failed {Action}", Shortened(action));
        }
    }

    public void FrameBoundaryLost(string problem) => logger.Error("The frame boundary is lost: {Problem}", problem);

    public void PeerGone(string action) => logger.Information("The client left before the answer to {Action}", Shortened(action));

    public void ModelLoaded(string architecture, long bytes, int contextTokens, TimeSpan elapsed)
        => logger.Information(
            "Loaded a {Architecture} model of {Bytes} bytes with {ContextTokens} tokens of context in {Milliseconds:0} ms",
            architecture, bytes, contextTokens, elapsed.TotalMilliseconds);

    public void ModelUnloaded(string architecture) => logger.Information("Unloaded a {Architecture} model", architecture);

    public void Generated(int promptTokens, int cachedTokens, int tokens, double tokensPerSecond, string stop)
        => logger.Information(
            "Generated {Tokens} tokens after {PromptTokens} ({CachedTokens} cached) at {TokensPerSecond:0.0} a second; ended by {Stop}",
            tokens, promptTokens, cachedTokens, tokensPerSecond, stop);

    public void Native(LogEventLevel level, string line) => logger.Write(level, "Engine: {Line}", line);

    public void Dispose() => (logger as IDisposable)?.Dispose();

    // An unknown action is the client's own text, of any length.
    private static string Shortened(string action) => action.Length <= 64 ? action : action[..64];
}
