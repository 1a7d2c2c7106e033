using System.Text.Json;
using NativeHost.Framing;
using NativeHost.Gguf;
using NativeHost.Inference;
using NativeHost.Inference.Constraints;
using NativeHost.ModelCache;
using NativeHost.Storage;
using InsufficientMemoryException = NativeHost.Inference.InsufficientMemoryException;

namespace NativeHost.Messages;

/// <summary>The one switch that gives every failure its code.</summary>
internal static class ErrorReplies
{
    private const int MaxMessageLength = 2000;

    /// <summary>The answer to a request that failed so. The text of an unforeseen failure stays in the log.</summary>
    public static ErrorReply Of(Exception failure) => failure switch
    {
        RequestException e => Reply(e.Code, e.Message, e.DuplicateOf is { } id ? new ErrorDetails { RequestId = id } : e.Details),
        ModelCacheException e => CacheErrors.Of(e) with { Message = Shortened(e.Message) },
        StorageException e => StorageErrors.Of(e) with { Message = Shortened(StorageErrors.Of(e).Message!) },
        JsonException e => Reply(
            ErrorCode.InvalidRequest, $"Invalid request: {JsonProblem.Of(e)}", JsonProblem.FieldOf(e) is { } field ? new ErrorDetails { Field = Shortened(field) } : null),
        FramingException e => Reply(ErrorCode.FrameBoundaryLost, e.Message),
        MessageTooLargeException e => Reply(ErrorCode.ResponseTooLarge, e.Message),
        FileNotFoundException e => Reply(ErrorCode.ModelNotFound, e.Message),
        DirectoryNotFoundException e => Reply(ErrorCode.ModelNotFound, e.Message),
        ModelFormatException e => Reply(ErrorCode.ModelUnreadable, e.Message),
        IOException e => Reply(ErrorCode.ModelUnreadable, e.Message),
        UnauthorizedAccessException e => Reply(ErrorCode.ModelUnreadable, e.Message),
        UnsupportedModelException e => Reply(ErrorCode.ModelUnsupported, e.Message, new ErrorDetails { Kind = Shortened(e.Kind) }),
        InsufficientMemoryException e => Reply(
            ErrorCode.InsufficientMemory, e.Message, new ErrorDetails { NeededBytes = e.NeededBytes, AvailableBytes = e.AvailableBytes }),
        ContextFullException e => Reply(
            ErrorCode.ContextFull,
            $"{e.Message} Shorten the prompt, or load the model with a larger context.",
            new ErrorDetails { ContextTokens = e.Capacity, NeededTokens = e.Needed }),
        ConstraintException e => Reply(ErrorCode.ConstraintInvalid, $"The format cannot be used: {e.Message}"),
        UnsupportedTemplateException e => Reply(ErrorCode.TemplateUnsupported, e.Message),
        EngineCrashedException e => Reply(
            ErrorCode.EngineCrashed, e.Message, e.LastLines.Count > 0 ? new ErrorDetails { LogLines = e.LastLines } : null),
        EngineException e => Reply(ErrorCode.EngineFailed, e.Message),
        ArgumentOutOfRangeException e => Reply(ErrorCode.InvalidSettings, e.Message),
        OperationCanceledException => Reply(ErrorCode.Cancelled, "The request was cancelled."),
        _ => Reply(ErrorCode.Internal, "Unexpected error: the host's log has the details."),
    };

    private static ErrorReply Reply(ErrorCode code, string message, ErrorDetails? details = null)
        => new() { Code = code, Message = Shortened(message), Details = details };

    // A message may quote what the client sent, or a file holds.
    private static string Shortened(string message)
        => message.Length <= MaxMessageLength ? message : $"{message[..MaxMessageLength]}…";
}
