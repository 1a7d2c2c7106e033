using NativeHost.Framing;
using NativeHost.Gguf;
using NativeHost.Inference;
using NativeHost.Inference.Constraints;
using NativeHost.Messages;
using InsufficientMemoryException = NativeHost.Inference.InsufficientMemoryException;

namespace NativeHost.Workers;

/// <summary>Exceptions on their way from a worker to the broker, those that a caller is told of keep their type; and what the broker itself finds wrong.</summary>
internal static class WorkerFailures
{
    private const string Cancelled = "cancelled";

    public static FailureReport ReportOf(Exception failure) => failure switch
    {
        FileNotFoundException or DirectoryNotFoundException => new("not_found", failure.Message),
        ModelFormatException e => new("format", e.Problem) { Subject = e.Path, First = e.Offset },
        IOException => new("io", failure.Message),
        UnauthorizedAccessException => new("access", failure.Message),
        UnsupportedModelException e => new("unsupported", e.Message) { Subject = e.Kind },
        InsufficientMemoryException e => new("memory", e.Advice) { First = e.NeededBytes, Second = e.AvailableBytes },
        ContextFullException e => new("context", e.Message) { First = e.Capacity, Second = e.Needed },
        ConstraintException => new("constraint", failure.Message),
        UnsupportedTemplateException => new("template", failure.Message),
        ArgumentOutOfRangeException e => new("range", e.Message),
        OperationCanceledException => new(Cancelled, failure.Message),
        EngineException => new("engine", failure.Message),
        _ => new("other", $"{failure.GetType().Name}: {failure.Message}"),
    };

    public static Exception ExceptionOf(FailureReport report) => report.Kind switch
    {
        "not_found" => new FileNotFoundException(report.Message),
        "format" => new ModelFormatException(report.Subject ?? "", report.First, report.Message),
        "io" => new IOException(report.Message),
        "access" => new UnauthorizedAccessException(report.Message),
        "unsupported" => new UnsupportedModelException(report.Subject ?? "", report.Message),
        "memory" => new InsufficientMemoryException(report.First, report.Second, report.Message),
        "context" => new ContextFullException((int)report.First, (int)report.Second),
        "constraint" => new ConstraintException(report.Message),
        "template" => new UnsupportedTemplateException(report.Message),
        "range" => new ArgumentOutOfRangeException(paramName: null, report.Message),
        Cancelled => new OperationCanceledException(report.Message),
        "engine" => new EngineException(report.Message),
        _ => new InvalidOperationException(report.Message),
    };

    /// <summary>A request that the worker was not sent.</summary>
    public static RequestException TooLarge() => new(
        ErrorCode.InvalidRequest,
        $"Invalid request: its texts are over {FrameLimits.MaxInboundBytes / (1024 * 1024)} MiB on their way to the model. Send less text in one request.");

    /// <summary>A worker of another version.</summary>
    public static RequestException UpdatedTo(string version) => new(
        ErrorCode.UpgradeRequired,
        $"The host was updated from {HostVersion.Text} to {version} while it ran. Connect again; if that does not help, run: tabagent stop");
}
