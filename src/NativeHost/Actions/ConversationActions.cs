using NativeHost.Actions.Conversations;
using NativeHost.Conversations;
using NativeHost.Pages;
using NativeHost.Routing;

namespace NativeHost.Actions;

/// <summary>The actions about stored conversations, one entry each.</summary>
internal static class ConversationActions
{
    public static IReadOnlyList<Route> Of(UserConversations conversations, HeldPages pages, TimeProvider time)
        =>
        [
            Route.To(
                "create_conversation",
                Lane.Free,
                new CreateConversationHandler(conversations),
                () => ActionsJson.Default.CreateConversationRequest,
                () => ActionsJson.Default.ConversationReply),
            Route.To(
                "list_conversations",
                Lane.Free,
                new ListConversationsHandler(conversations),
                () => ActionsJson.Default.ListConversationsRequest,
                () => ActionsJson.Default.ListConversationsReply),
            Route.To(
                "get_conversation",
                Lane.Free,
                new GetConversationHandler(conversations),
                () => ActionsJson.Default.GetConversationRequest,
                () => ActionsJson.Default.GetConversationReply),
            Route.To(
                "rename_conversation",
                Lane.Free,
                new RenameConversationHandler(conversations),
                () => ActionsJson.Default.RenameConversationRequest,
                () => ActionsJson.Default.ConversationReply),
            Route.To(
                "update_conversation",
                Lane.Free,
                new UpdateConversationHandler(conversations),
                () => ActionsJson.Default.UpdateConversationRequest,
                () => ActionsJson.Default.ConversationReply),
            Route.To(
                "select_branch",
                Lane.Free,
                new SelectBranchHandler(conversations),
                () => ActionsJson.Default.SelectBranchRequest,
                () => ActionsJson.Default.ConversationReply),
            Route.To(
                "delete_conversation",
                Lane.Free,
                new DeleteConversationHandler(conversations),
                () => ActionsJson.Default.DeleteConversationRequest,
                () => ActionsJson.Default.DeletedReply),
            Route.To(
                "add_messages",
                Lane.Free,
                new AddMessagesHandler(conversations),
                () => ActionsJson.Default.AddMessagesRequest,
                () => ActionsJson.Default.AddMessagesReply),
            Route.To(
                "get_message",
                Lane.Free,
                new GetMessageHandler(conversations),
                () => ActionsJson.Default.GetMessageRequest,
                () => ActionsJson.Default.GetMessageReply),
            Route.To(
                "delete_message",
                Lane.Free,
                new DeleteMessageHandler(conversations),
                () => ActionsJson.Default.DeleteMessageRequest,
                () => ActionsJson.Default.DeletedReply),
            Route.To(
                "sync_push",
                Lane.Free,
                new SyncPushHandler(conversations, time),
                () => ActionsJson.Default.SyncPushRequest,
                () => ActionsJson.Default.SyncPushReply),
            Route.To(
                "sync_pull",
                Lane.Free,
                new SyncPullHandler(conversations),
                () => ActionsJson.Default.SyncPullRequest,
                () => ActionsJson.Default.SyncPullReply),
            Route.To(
                "export_conversations",
                Lane.Free,
                new ExportConversationsHandler(conversations),
                () => ActionsJson.Default.ExportConversationsRequest,
                () => ActionsJson.Default.ExportConversationsReply),
            Route.To(
                "import_conversations",
                Lane.Free,
                new ImportConversationsHandler(conversations, time),
                () => ActionsJson.Default.ImportConversationsRequest,
                () => ActionsJson.Default.ImportConversationsReply),
            Route.To(
                "storage_report",
                Lane.Free,
                new StorageReportHandler(conversations),
                () => ActionsJson.Default.StorageReportRequest,
                () => ActionsJson.Default.StorageReportReply),
            Route.To(
                "purge",
                Lane.Free,
                new PurgeHandler(conversations, pages, time),
                () => ActionsJson.Default.PurgeRequest,
                () => ActionsJson.Default.PurgeReply),
        ];
}
