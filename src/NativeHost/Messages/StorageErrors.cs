using NativeHost.Storage;

namespace NativeHost.Messages;

/// <summary>What a fault of the conversations' store is on the wire.</summary>
internal static class StorageErrors
{
    public static ErrorReply Of(StorageException failure) => new()
    {
        Code = CodeOf(failure.Fault),
        Message = failure.Fault == StorageFault.Busy
            ? "Another process of the host has the conversations open, as a rule the shared one, which serves the browsers (tabagent status shows it). "
                + "Ask there, or end it (tabagent stop) and try again."
            : failure.Message,
    };

    public static ErrorCode CodeOf(StorageFault fault) => fault switch
    {
        StorageFault.Busy => ErrorCode.DatabaseBusy,
        StorageFault.DiskFull => ErrorCode.DiskFull,
        StorageFault.SchemaTooNew => ErrorCode.DatabaseTooNew,
        StorageFault.Unusable => ErrorCode.DatabaseUnusable,
        StorageFault.NotFound => ErrorCode.ConversationNotFound,
        StorageFault.Conflict => ErrorCode.IdTaken,
        StorageFault.InvalidValue => ErrorCode.InvalidRequest,
        StorageFault.QuotaExceeded => ErrorCode.QuotaExceeded,
        StorageFault.Closed => ErrorCode.Cancelled,
        _ => throw new ArgumentOutOfRangeException(nameof(fault), fault, "Not a kind of fault."),
    };
}
