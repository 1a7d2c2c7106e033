using NativeHost.Messages;
using NativeHost.Storage;
using Serilog;
using Serilog.Events;

namespace NativeHost.Logging;

/// <summary>Every line that the host logs, each a method of its own.</summary>
/// <remarks>
/// A line is a fact with ids, sizes and times; never a prompt, an answer, or a secret. A log that cannot be written never
/// stops the host. Safe to call from any thread; nothing here waits for the log. A line's time is that of its writing, at
/// start-up up to a tenth of a second after the fact.
/// </remarks>
/// <param name="least">The least level that is written.</param>
/// <param name="lines">Where the lines go; owned. Null where nobody reads them.</param>
internal sealed class HostLog(LogEventLevel least, LogQueue? lines) : IDisposable
{
    /// <summary>A log that nobody reads.</summary>
    public static HostLog None { get; } = new(LogEventLevel.Fatal, null);

    public void Started(string version, string mode) => Write(LogEventLevel.Information, log => log.Information("Started {Version} as {Mode}", version, mode));

    public void Ended(int exitCode)
        => Write(LogEventLevel.Information, log => log.Information("Ended with {ExitCode}", exitCode));

    public void Answered(string action, TimeSpan elapsed)
        => Write(
            LogEventLevel.Debug,
            log => log.Debug("Answered {Action} in {Milliseconds:0.0} ms", action, elapsed.TotalMilliseconds));

    public void Failed(string action, Exception failure)
    {
        if (ErrorReplies.Of(failure) is { Code: not ErrorCode.Internal } reply)
        {
            Write(LogEventLevel.Information, log => log.Information("Refused {Action}: {Code}", Shortened(action), reply.Code));
        }
        else
        {
            Write(LogEventLevel.Error, log => log.Error(failure, "Failed {Action}", Shortened(action)));
        }
    }

    public void FrameBoundaryLost(string problem)
        => Write(LogEventLevel.Error, log => log.Error("The frame boundary is lost: {Problem}", problem));

    public void PeerGone(string action)
        => Write(
            LogEventLevel.Information,
            log => log.Information("The client left before the answer to {Action}", Shortened(action)));

    public void StreamAbandoned(string streamId)
        => Write(LogEventLevel.Information, log => log.Information("Nobody listens to stream {StreamId}; it goes on for a while", streamId));

    public void StrangerRefused()
        => Write(LogEventLevel.Warning, log => log.Warning("Refused a process of another user"));

    public void AcceptFailed(string problem)
        => Write(LogEventLevel.Warning, log => log.Warning("A connection could not be taken: {Problem}", problem));

    public void TooManyConnections(int most)
        => Write(LogEventLevel.Warning, log => log.Warning("Closed a connection: {Most} are open", most));

    public void ConnectionRefused(int pid, string code)
        => Write(LogEventLevel.Warning, log => log.Warning("Refused process {Pid}: {Code}", pid, code));

    public void HandshakeFailed(string failure)
        => Write(LogEventLevel.Warning, log => log.Warning("Closed a connection that did not say who it is: {Failure}", failure));

    public void Connected(CallerKind kind, int pid, string version)
        => Write(LogEventLevel.Information, log => log.Information("Connected: {Kind}, process {Pid}, version {Version}", kind, pid, version));

    public void Disconnected(int pid)
        => Write(LogEventLevel.Information, log => log.Information("Disconnected: process {Pid}", pid));

    public void MakingWay(string version)
        => Write(LogEventLevel.Information, log => log.Information("Makes way for version {Version}", version));

    public void IdleForLong()
        => Write(LogEventLevel.Information, log => log.Information("Nobody has needed the broker for long"));

    public void GrantsUnreadable(string problem)
        => Write(LogEventLevel.Warning, log => log.Warning("No caller has grants: {Problem}", problem));

    public void StartFailed(Exception failure)
        => Write(LogEventLevel.Error, log => log.Error(failure, "The process does not start"));

    public void WorkerStarted(int pid)
        => Write(LogEventLevel.Information, log => log.Information("A worker runs as process {Pid}", pid));

    public void WorkerCrashed(int pid, int exitCode, string? reason)
        => Write(
            LogEventLevel.Error,
            log => log.Error("The worker {Pid} ended with {ExitCode}: {Reason}", pid, exitCode, reason ?? "a crash, or the system"));

    /// <summary>What a worker has to say.</summary>
    public void Worker(LogEventLevel level, int pid, string line) => Write(level, log => log.Write(level, "Worker {Pid}: {Line:l}", pid, line));

    public void ModelLoaded(string architecture, long bytes, int contextTokens, TimeSpan elapsed)
        => Write(
            LogEventLevel.Information,
            log => log.Information(
                "Loaded a {Architecture} model of {Bytes} bytes with {ContextTokens} tokens of context in {Milliseconds:0} ms",
                architecture, bytes, contextTokens, elapsed.TotalMilliseconds));

    public void ModelUnloaded(string architecture)
        => Write(LogEventLevel.Information, log => log.Information("Unloaded a {Architecture} model", architecture));

    public void EvictedForMemory(long available)
        => Write(LogEventLevel.Information, log => log.Information("Only {Available} bytes of memory were left", available));

    public void EvictionFailed(Exception failure)
        => Write(LogEventLevel.Error, log => log.Error(failure, "A model could not be let go"));

    public void ConversationsOpened(int interrupted, TimeSpan elapsed)
        => Write(
            LogEventLevel.Information,
            log => log.Information("Opened the conversations in {Milliseconds:0} ms; {Interrupted} messages had been interrupted", elapsed.TotalMilliseconds, interrupted));

    public void ConversationsBroughtUp(string backup)
        => Write(LogEventLevel.Information, log => log.Information("Brought the conversations to this version; the file before is kept as {Backup}", backup));

    public void ConversationsRecovered(RecoveryReport recovery)
        => Write(
            LogEventLevel.Warning,
            log => log.Warning(
                "The file of the conversations was damaged and is kept as {KeptAs}: {Reason:l} {Conversations} conversations with {Messages} messages were saved; "
                + "{LostDocuments} pieces on {DamagedPages} pages and in {BrokenBatches} batches of the journal were not, and {CutTexts} texts are cut",
                recovery.KeptAs,
                recovery.Reason,
                recovery.Conversations,
                recovery.Messages,
                recovery.LostDocuments,
                recovery.DamagedPages,
                recovery.BrokenBatches,
                recovery.CutTexts));

    public void ConversationsUnusable(StorageFault fault)
        => Write(LogEventLevel.Warning, log => log.Warning("The conversations cannot be used now: {Fault}", fault));

    public void MessagesNotLearned(Exception failure)
        => Write(LogEventLevel.Warning, log => log.Warning("Messages cannot be found by their meaning until the next try: {Failure:l}", failure.GetType().Name));

    /// <param name="problem">What is wrong with it; null where it merely is not there.</param>
    public void EmbeddingModelNotHere(string model, string? problem)
        => Write(
            LogEventLevel.Warning,
            log => log.Warning(
                "The setting embeddingModel names {Model}, which is not on this machine{Problem:l}: the model that comes with the host makes vectors until the host starts again",
                model, problem is null ? "" : $" ({problem})"));

    public void ConversationsExpired(long count)
        => Write(LogEventLevel.Information, log => log.Information("Deleted {Count} conversations that were older than the user wants", count));

    public void SettingsFault(string problem)
        => Write(LogEventLevel.Warning, log => log.Warning("Settings: {Problem:l}", problem));

    public void Generated(int promptTokens, int cachedTokens, int tokens, double tokensPerSecond, string stop)
        => Write(
            LogEventLevel.Information,
            log => log.Information(
                "Generated {Tokens} tokens after {PromptTokens} ({CachedTokens} cached) at {TokensPerSecond:0.0} a second; ended by {Stop}",
                tokens, promptTokens, cachedTokens, tokensPerSecond, stop));

    public void Native(LogEventLevel level, string line) => Write(level, log => log.Write(level, "Engine: {Line}", line));

    /// <summary>Writes what waits, for a second at most, and closes the log.</summary>
    public void Dispose() => lines?.Dispose();

    private void Write(LogEventLevel level, Action<ILogger> line)
    {
        if (level >= least)
        {
            lines?.Add(line);
        }
    }

    // An unknown action is the client's own text, of any length.
    private static string Shortened(string action) => action.Length <= 64 ? action : action[..64];
}
