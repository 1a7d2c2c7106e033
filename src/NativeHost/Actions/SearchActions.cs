using NativeHost.Actions.Search;
using NativeHost.Conversations;
using NativeHost.Conversations.Search;
using NativeHost.Routing;

namespace NativeHost.Actions;

/// <summary>The actions that look through what is stored, one entry each.</summary>
internal static class SearchActions
{
    public static IReadOnlyList<Route> Of(UserConversations conversations, MessageSearch search)
        =>
        [
            Route.To(
                "search_messages",
                Lane.Free,
                new SearchMessagesHandler(conversations, search),
                () => ActionsJson.Default.SearchMessagesRequest,
                () => ActionsJson.Default.SearchMessagesReply,
                stoppable: Stoppable.ByName),
            Route.To(
                "search_conversations",
                Lane.Free,
                new SearchConversationsHandler(conversations, search),
                () => ActionsJson.Default.SearchConversationsRequest,
                () => ActionsJson.Default.SearchConversationsReply,
                stoppable: Stoppable.ByName),
        ];
}
