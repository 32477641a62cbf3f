/** The URL of the team's back end. The page answers its requests itself, so none leaves the page. */
export const BACK_END_URL = 'https://shop.example.com';
